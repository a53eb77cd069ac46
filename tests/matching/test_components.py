"""Whatever is decided of a record depends on its component alone: some components decided by themselves are decided as among all."""

import numpy as np
import pyarrow as pa
import pytest

from matching.decide.bindings import Bindings
from matching.decide.components import components, inside
from matching.decide.settle import met, settled, with_decided
from matching.engine import Whole, learnt, prepared, sharpened
from matching.model.files import model_path, read_spec
from matching.records import read_records
from tests.matching.test_county import accepted
from vocabulary.findings import Decision

BIRTHS = read_spec(model_path("births"))


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    from demo import build

    return accepted(build(tmp_path_factory.mktemp("county"), 400, seed=37, severity="hard").databases)


def decided_pairs(records, rng, many):
    """Pairs that people decided, at random: neighbours in the table of records."""
    places = rng.choice(len(records) - 1, many, replace=False)
    sides = {}
    for side, step in (("left", 0), ("right", 1)):
        sides[f"registry_{side}"] = [records.registries[records.registry[place + step]] for place in places]
        sides[f"record_id_{side}"] = [records.record_id[int(place) + step].as_py() for place in places]
    return {**sides, "decision": [str(Decision.LINK) if place % 2 else str(Decision.APART) for place in places]}


@pytest.mark.parametrize("decisions", [0, 12])
def test_components_are_decided_by_themselves_as_among_all(county, decisions):
    rng = np.random.default_rng(8)
    ready = prepared(read_records(county, BIRTHS), BIRTHS)
    model = learnt(ready, BIRTHS)
    told = decided_pairs(ready.records, rng, decisions) if decisions else None
    bindings = Bindings.read(ready.records, told)
    ready, found = met(ready, model)
    found = with_decided(found, ready, model, bindings)
    everyone = settled(found, ready, model, bindings)
    label = components(found, len(ready.records), model, bindings)
    assert len(np.unique(label)) > 100
    whole = Whole(ready.frequencies, ready.records.sizes)
    for _ in range(6):
        chosen = rng.choice(np.unique(label), 60, replace=False)
        rows = np.flatnonzero(np.isin(label, chosen))
        few = read_records(pa.Table.from_pandas(county, preserve_index=False), BIRTHS).take(rows)
        part, _ = sharpened(prepared(few, BIRTHS, whole), model)
        alone = settled(inside(found, rows, len(label)), part, model, Bindings.read(few, told))
        assert (rows[alone.label] == everyone.label[rows]).all()
        pairs = {
            (rows[one], rows[two]): weight for one, two, weight in zip(alone.scored.first, alone.scored.second, alone.weight, strict=True)
        }
        kept = {(one, two): weight for one, two, weight in zip(everyone.scored.first, everyone.scored.second, everyone.weight, strict=True)}
        assert all(kept[pair] == weight for pair, weight in pairs.items())
