"""What the review page may know of a pair: its cell of the disclosure table, how values differ, and where the weight comes from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matching.model.files import model_path, read_spec
from matching.model.learned import Bond, Care, Model
from matching.model.saved import write_model
from matching.report.evidence import read_evidence
from matching.report.waterfall import explained
from reconciliation.disclosure import DisclosureRefused, Recipient, cells, disclose, table
from reconciliation.review_differences import Piece, one_field
from reconciliation.review_facts import number_difference
from reconciliation.review_weights import weights_of
from reconciliation.worklist_desks import recipients
from tests.reconciliation import worklist_fixture as county
from vocabulary import identity
from vocabulary.runs import write_parquet

MOTHER = county.number(date(1996, 3, 5), 21)
OTHER_MOTHER = county.number(date(1996, 3, 5), 25)
"""One slip of the pen, and the check character that follows it."""
A_PAIR = county.finding(
    "possible_match", "b1", registry="hospital", record_id="H1", other_registry="hukou", other_record_id="K1", division_code="990101001201"
)


def two(**fields: object) -> list[dict[str, object]]:
    usual = {
        "division_code": "990101001201",
        "child_sex": "1",
        "born_on": date(2026, 8, 1),
        "father_id_number": MOTHER,
        "vital_status": "died",
    }
    return [
        county.record("hospital", "H1", "b1", mother_id_number=MOTHER, facility_code="A01", **usual | fields),
        county.record("hukou", "K1", "b2", mother_id_number=OTHER_MOTHER, **usual),
    ]


def seen(records: list[dict[str, object]], recipient: Recipient, protected: frozenset[str] = frozenset()) -> pd.DataFrame:
    night = county.night([A_PAIR], records)
    return disclose(night.findings, night.records, recipient, protected)


# The cell.


def test_no_list_has_the_recipient_who_sees_both_records():
    assert "steward_review" not in table() and "steward_review" in cells()
    assert "steward_review" not in {recipient.kind for recipient in recipients()}
    assert set(cells()["steward_review"]) == {"possible_match"}


def test_the_steward_sees_both_records_with_numbers_masked_and_nothing_of_survival():
    told = seen(two(), Recipient("steward_review", code="990101"))
    assert list(told["side"]) == ["left", "right"] and list(told["record_id"]) == ["H1", "K1"]
    assert list(told["mother_id_mask"]) == [f"{'*' * 14}{number[-4:]}" for number in (MOTHER, OTHER_MOTHER)]
    assert set(told["mother_id_difference"]) == {"one_digit"} and set(told["father_id_difference"]) == {"same"}
    assert not {"vital_status", "mother_id_number", "father_id_number", "child_id_number", "birth_id"} & set(told.columns)
    assert MOTHER not in told.to_csv() and "died" not in told.to_csv()


def test_another_countys_steward_is_refused():
    with pytest.raises(DisclosureRefused, match=r"disclosure\.desk"):
        seen(two(), Recipient("steward_review", code="990102"))


def test_a_protected_family_has_no_place():
    told = seen(two(), Recipient("steward_review", code="990101"), frozenset({"b1"})).set_index("side")
    assert told.loc["left", ["residence_code", "facility_code"]].isna().all() and told.loc["right", "residence_code"] == "990101001201"


# How values differ.

NUMBER = "99010119960305021X"


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (NUMBER, NUMBER, "same"),
        (NUMBER, " 990101 19960305021x", "same"),
        (identity.upgrade("990101960305021"), "990101960305021", "old_form"),
        (NUMBER, "990101199603050218", "one_digit"),
        (NUMBER, "990101199603052217", "one_digit"),
        (NUMBER, "990101199603052287", "other_number"),
        (NUMBER, "99010119960350021X", "swapped_digits"),
        (NUMBER, "990101199603050000", "truncated"),
        (NUMBER, "990102198801010429", "other_number"),
        (NUMBER, None, None),
        (NUMBER, "不详", None),
    ],
)
def test_the_kind_of_difference_of_two_numbers(one, other, kind):
    assert number_difference(one, other) == number_difference(other, one) == kind


@pytest.mark.parametrize(
    ("field", "left", "right", "marked"),
    [
        ("child_name", "王小丽", "王小莉", (["丽"], ["莉"])),
        ("child_name", "王丽", "王小丽", ([], ["小"])),
        ("child_name", "𠮷田", "吉田", (["𠮷"], ["吉"])),
        ("born_on", "2026-05-03", "2026-03-05", (["5", "3"], ["3", "5"])),
        ("certificate_no", "A990152020", "A990152021", (["0"], ["1"])),
        ("mother_id_mask", "**************0219", "**************021X", (["9"], ["X"])),
    ],
)
def test_what_differs_is_marked_to_the_character_and_the_digit(field, left, right, marked):
    told = one_field(field, left, right, ())
    assert told.verdict == "differs"
    assert tuple([piece.text for piece in side if piece.marked] for side in (told.left, told.right)) == marked
    assert tuple("".join(piece.text for piece in side) for side in (told.left, told.right)) == (left, right)


def test_numbers_that_differ_under_the_mask_are_different_though_nothing_is_marked():
    told = one_field("mother_id_mask", "**************0219", "**************0219", ("one_digit",))
    assert (told.verdict, told.evidence, told.left) == ("differs", ("one_digit",), (Piece("**************0219", False),))


@pytest.mark.parametrize(
    ("left", "right", "verdict"), [("", "", "neither"), ("王", "", "one_side"), ("", "王", "one_side"), ("王", "王", "same")]
)
def test_a_missing_value_is_no_difference(left, right, verdict):
    assert one_field("child_name", left, right, ("other_name",)).verdict == verdict


# Where the weight comes from, of a model that knows bonds and careless forms.


def test_bonds_and_careless_forms_are_told_as_the_linkage_report_tells_them(tmp_path: Path):
    model = with_dependence()
    names = [one.name for one in model.spec.comparisons]
    rows = [any_pair(model, place) for place in range(40)]
    pairs = pd.DataFrame(rows).assign(match_weight=0.0, match_probability=0.5, decision="review")
    records = pd.DataFrame({"registry": ["hospital"] * 60 + ["hukou"] * 50, "record_id": [str(place) for place in range(110)]})
    write_model(model, tmp_path / "model.json")
    write_parquet(records.assign(birth_id="b", match_probability=1.0), tmp_path / "birth_record.parquet")
    write_parquet(pairs, tmp_path / "pair.parquet")
    told, weights = explained(read_evidence(tmp_path), np.arange(len(rows))), weights_of(tmp_path)
    for place, row in enumerate(rows):
        steps = weights.steps(row | {"match_weight": 0.0})
        bits = {(step.kind, step.name): step.bits for step in steps}
        assert sum(step.bits for step in steps) == pytest.approx(0.0, abs=1e-9)
        assert bits["prior", ""] == pytest.approx(told.prior[place])
        assert bits.get(("care", ""), 0.0) == pytest.approx(told.care[place], abs=1e-9)
        assert bits.get(("bond", "mother_name"), 0.0) == pytest.approx(told.bonds[place, 0], abs=1e-9)
        assert all(
            bits["comparison", name] == pytest.approx(told.gains[place, names.index(name)]) for kind, name in bits if kind == "comparison"
        )


def with_dependence() -> Model:
    """The births model as it is believed, with a bond and careless forms put in."""
    model = Model.prior(read_spec(model_path("births")))
    one, two = (model.spec.comparisons[model.spec.place(name)] for name in ("mother_name", "father_name"))
    together = np.zeros((len(one.levels) + 1, len(two.levels) + 1))
    together[1:-1, 1:-1] = 0.8
    named = tuple(told.name for told in model.spec.comparisons if not told.fixed and not told.within)
    return Model(
        model.spec, model.shared, model.stranger, bonds=(Bond("mother_name", "father_name", together),), care=Care(0.1, 4.0, named)
    )


def any_pair(model: Model, seed: int) -> dict[str, object]:
    chance = np.random.default_rng(seed)
    levels = {one.name: str(chance.choice([*one.level_names, "missing"])) for one in model.spec.comparisons}
    return {"registry_left": "hospital", "record_id_left": "1", "registry_right": "hukou", "record_id_right": "70", **levels}


def test_the_weight_of_survival_is_never_a_bar(tmp_path: Path):
    model = with_dependence()
    write_model(model, tmp_path / "model.json")
    write_parquet(pd.DataFrame({"registry": ["hospital", "hukou"], "record_id": ["1", "70"]}), tmp_path / "birth_record.parquet")
    weights = weights_of(tmp_path)
    pair = any_pair(model, 3) | {"survival": weights.levels["survival"][-1], "match_weight": 1.0}
    assert all("survival" not in (step.name, step.other) for step in weights.steps(pair))
    assert "survival" not in weights.missing(pair | {"survival": "missing"})
    assert "survival" not in json.dumps([vars(step) for step in weights.steps(pair)])
