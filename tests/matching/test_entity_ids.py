"""A birth keeps its id whatever else arrives; an id never names two births."""

import numpy as np
import pandas as pd
import pytest

from matching.decide.entity_ids import Known, entity_ids
from matching.model.files import model_path, read_spec
from matching.records import read_records

BIRTHS = read_spec(model_path("births"))


def members(**births: str) -> pd.DataFrame:
    """birth=records, each letter a record of the registry `hukou` (capital) or `hospital`."""
    rows = [("hukou" if letter.isupper() else "hospital", letter.lower(), label) for label, letters in births.items() for letter in letters]
    return pd.DataFrame(rows, columns=["registry", "record_id", "birth"])


def known(**births: str) -> pd.DataFrame:
    return members(**births).rename(columns={"birth": "birth_id"})


def ids(table: pd.DataFrame, earlier: pd.DataFrame | None = None) -> dict[str, str]:
    records = read_records(table, BIRTHS)
    place = {(row.registry, row.record_id): row.birth for row in table.itertuples()}
    births = [place[records.registries[code], name] for code, name in zip(records.registry, records.record_id.to_pylist(), strict=True)]
    label = np.array([births.index(birth) for birth in births], dtype=np.int64)
    before = None if earlier is None else Known(*(earlier[name].tolist() for name in ("registry", "record_id", "birth_id")))
    found = entity_ids(label, records, before, "b").to_pylist()
    sides = [records.registries[code] for code in records.registry]
    return {
        ("A" if side == "hukou" else "h") + name: told for side, name, told in zip(sides, records.record_id.to_pylist(), found, strict=True)
    }


def test_a_new_birth_is_named_by_its_first_record_and_looks_like_an_id():
    alone, later = ids(members(x="a")), ids(members(x="aB"))
    assert alone["ha"] == later["ha"] == later["Ab"]
    assert alone["ha"].startswith("b")
    assert len(alone["ha"]) == 16


@pytest.mark.parametrize(
    ("earlier", "now", "expected"),
    [
        ({"b1": "a"}, {"x": "aB"}, {"ha": "b1", "Ab": "b1"}),  # a record joins
        ({"b1": "aB"}, {"x": "B"}, {"Ab": "b1"}),  # a record leaves
        ({"b1": "ab", "b2": "C"}, {"x": "abC"}, {"ha": "b1", "Ac": "b1"}),  # two births become one: most records win
        ({"b2": "a", "b1": "C"}, {"x": "aC"}, {"ha": "b2", "Ac": "b2"}),  # on a tie the first record wins
        ({"b1": "abC"}, {"x": "ab", "y": "C"}, {"ha": "b1", "hb": "b1"}),  # one becomes two: the larger part keeps it
    ],
)
def test_ids_are_inherited(earlier, now, expected):
    found = ids(members(**now), known(**earlier))
    assert {name: found[name] for name in expected} == expected


def test_the_part_that_splits_off_gets_an_id_that_nobody_has_or_had():
    first = ids(members(x="aC"))["ha"]
    split = ids(members(x="a", y="bcC"), known(**{first: "abcC"}))
    assert split["hb"] == first
    assert split["ha"] not in (first, split["hb"])


def test_rows_in_another_order_get_the_same_ids():
    table = members(x="aB", y="c", z="D")
    shuffled = table.sample(frac=1, random_state=1)
    assert ids(table) == ids(shuffled)
