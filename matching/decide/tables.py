"""What linking leaves: a table of records with their entities, and a table of pairs worth knowing."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from matching.arrays import Bools, Floats, Ints
from matching.decide.bindings import BOUND, Bindings
from matching.decide.entities import Entities
from matching.decide.review import reviewed
from matching.engine import Prepared
from matching.estimate.weights import match_weight, probability
from matching.model.spec import Spec
from vocabulary.findings import Decision

DECISIONS = [str(Decision.APART), str(Decision.LINK), str(Decision.REVIEW)]
APART, LINK, REVIEW = range(3)


def best_probability(entities: Entities) -> Floats:
    """Per record, of the best link inside its entity; 1.0 for a record alone."""
    first, second, label = entities.scored.first, entities.scored.second, entities.label
    inside = label[first] == label[second]
    best = np.full(len(label), -np.inf)
    for side in (first, second):
        np.maximum.at(best, side[inside], entities.weight[inside])
    alone = np.bincount(label, minlength=len(label))[label] == 1
    told: Floats = np.where(alone, 1.0, probability(best))
    return told


def pair_table(entities: Entities, ready: Prepared, spec: Spec, bindings: Bindings, capacity: int | None = None) -> pa.Table:
    """Grain: a pair worth knowing: inside an entity, or of a probability that reaches the floor. A level in words per comparison."""
    scored, (linked, evidence, weight) = entities.scored, _weighed(entities)
    decision = np.where(linked | bindings.bound(scored.first, scored.second), LINK, APART)
    decision[reviewed(entities, ready, spec, evidence, bindings, capacity)] = REVIEW
    told = worth_knowing(entities, spec)
    first, second = scored.first[told], scored.second[told]
    columns = {
        "registry_left": _words(ready.records.registry[first], list(ready.records.registries)),
        "record_id_left": ready.records.record_id.take(pa.array(first)),
        "registry_right": _words(ready.records.registry[second], list(ready.records.registries)),
        "record_id_right": ready.records.record_id.take(pa.array(second)),
        "match_weight": pa.array(weight[told]),
        "match_probability": pa.array(probability(weight[told])),
        "decision": _words(decision[told], DECISIONS),
    }
    levels = scored.take(told).levels(spec)
    for place, one in enumerate(spec.comparisons):
        columns[one.name] = _words(levels[:, place], [*one.level_names, "missing"])
    return pa.table(columns)


def worth_knowing(entities: Entities, spec: Spec) -> Ints:
    """The places of those pairs."""
    linked, _, weight = _weighed(entities)
    return np.flatnonzero(linked | (probability(weight) >= spec.costs.floor) | np.isinf(entities.weight))


def _weighed(entities: Entities) -> tuple[Bools, Floats, Floats]:
    """Which pairs are inside an entity; their bits; and the same where people decided, by the evidence alone."""
    scored, label = entities.scored, entities.label
    linked: Bools = label[scored.first] == label[scored.second]
    alone = match_weight(scored.total)
    evidence = np.where(linked, entities.weight, alone)
    return linked, evidence, np.where(np.abs(entities.weight) >= BOUND, alone, evidence)


def _words(codes: np.ndarray, words: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(words))


def record_table(ids: pa.Array, entities: Entities, ready: Prepared, name: str) -> pa.Table:
    """Grain: one record, in the order of the engine's rows, with the id of its entity (`name`) and the probability of its best link."""
    records = ready.records
    return pa.table(
        {
            name: ids,
            "registry": _words(records.registry, list(records.registries)),
            "record_id": records.record_id,
            "match_probability": pa.array(best_probability(entities)),
        }
    )
