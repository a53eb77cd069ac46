"""Linking what changed since a base: the pairs of changed records are scored, and the components that they touch are decided anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.arrays import NOTHING, Bools, Codes, Ints, distinct
from matching.blocks import blocks_of
from matching.changes.base import Base, Changes, in_order, one_piece
from matching.changes.gather import among, coded_with, gathered, placed, spliced
from matching.changes.meet import met_by_changes
from matching.decide.bindings import SIDES, Bindings
from matching.decide.components import components, inside, near
from matching.decide.entity_ids import Known, entity_ids
from matching.decide.settle import settled, that_matter, together, with_decided
from matching.decide.tables import pair_table, record_table, worth_knowing
from matching.engine import Prepared, Scored, prepared, scored_pairs, sharpened
from matching.kernel.run import RuleCount
from matching.records import Records, as_arrow, as_texts, read_records


@dataclass(frozen=True)
class Turn:
    """One night's step from a base: its new records, which old ones stay, and where both stand from now on."""

    base: Base
    new: Records
    stays: Bools
    at_old: Ints
    at_new: Ints
    seen: Mapping[tuple[str, int], Ints]

    @property
    def many(self) -> int:
        """Records from now on."""
        return int(self.stays.sum()) + len(self.new)

    def at(self, source: Ints) -> Ints:
        """Where records stand from now on, by where they come from: an old row, or len(base) + a new one."""
        told = np.concatenate([self.at_old, self.at_new])
        return told[source]

    def ready(self, rows: Ints) -> tuple[Prepared, Ints]:
        """Some old records and all new ones as the kernel takes them, and where each of them stands from now on."""
        base = self.base
        records, source, values = gathered(base.records, rows, self.new)
        here = {(name, column): many[values[base.model.spec.field(name).kind]] for (name, column), many in self.seen.items()}
        known = replace(base.whole, frequencies=replace(base.whole.frequencies, here=here))
        ready, _ = sharpened(prepared(records, base.model.spec, known, rules=()), base.model)
        return ready, self.at(source)


def relinked(
    base: Base,
    table: pa.Table,
    changes: Changes,
    decisions: Mapping[str, Sequence[str]] | None = None,
    known: Known | None = None,
    name: str = "entity_id",
) -> tuple[Base, tuple[RuleCount, ...]]:
    """The answer for a night's `table`, as linking all of it by the base's model would give it; as the base of the next night. And what rules did.

    `decisions`, `known`: as for `link`.
    """
    told = as_arrow(table, base.model.spec).take(pa.array(changes.rows))
    new = coded_with(base.records, among(base.records.registries, read_records(told, base.model.spec)))
    stays = np.ones(len(base), dtype=bool)
    stays[changes.gone] = False
    turn = Turn(base, new, stays, *placed(base.records, stays, new), _seen(base, new))
    fresh, keys, counts = _met(turn)
    found = together(_kept(turn), fresh)
    touched = _touched(turn, fresh, decisions)
    rows = _with_neighbours(turn, touched, found)
    ready, places = turn.ready(rows)
    bindings = Bindings.read(ready.records, decisions)
    own = with_decided(inside(found, places, turn.many), ready, base.model, bindings)
    entities = settled(own, ready, base.model, bindings)
    ids = entity_ids(entities.label, ready.records, _known(turn, known, rows), name[0])
    component = components(own, len(places), base.model, bindings)
    answer = _spliced_answer(turn, places, record_table(ids, entities, ready, name))
    told_pairs = worth_knowing(entities, base.model.spec)
    ends = places[entities.scored.first[told_pairs]], places[entities.scored.second[told_pairs]]
    pair, first, second = _spliced_pairs(turn, touched, pair_table(entities, ready, base.model.spec, bindings), *ends)
    return (
        replace(
            base,
            records=spliced(base.records, stays, new),
            keys=_over(turn, base.keys, keys),
            component=_component(turn, places, component),
            decided=_decided(turn, places, bindings),
            fingerprint=_over(turn, base.fingerprint, in_order(new, told, base.model.spec)),
            seen=turn.seen,
            answer=answer,
            found=found,
            pair=pair,
            first=first,
            second=second,
            retired=_retired(turn, rows, ids),
        ),
        counts,
    )


def _seen(base: Base, new: Records) -> dict[tuple[str, int], Ints]:
    """`seen` of the base's values, and behind them of those that are new."""
    counts, told = base.whole.frequencies, {}
    for (name, column), many in base.seen.items():
        book = new.book(name)
        further = replace(book, forms=book.forms[len(many) :])
        told[name, column] = np.concatenate([many, counts.of_values(name, column, further)])
    return told


def _met(turn: Turn) -> tuple[Scored, Codes, tuple[RuleCount, ...]]:
    """The pairs of new records that matter, the new records' keys, and what each rule did."""
    base = turn.base
    blocks = blocks_of(turn.new, base.model.spec.rules, base.whole.crowds)
    one, two, met = met_by_changes(blocks.keys, base.keys, turn.stays, blocks.routes)
    counts = tuple(RuleCount(rule, pairs, fresh, blocks.left_out[rule]) for rule, (pairs, fresh) in met.items())
    ready, places = turn.ready(distinct(two[two < len(base)]))
    row = np.full(turn.many, NOTHING, dtype=np.int64)
    row[places] = np.arange(len(places))
    one, two = row[turn.at(len(base) + one)], row[turn.at(two)]
    first, second = np.minimum(one, two), np.maximum(one, two)
    compared = np.flatnonzero(ready.kinds.of(ready.records.registry, first, second) >= 0)
    compared = compared[np.argsort(first[compared] << 32 | second[compared])]
    found = that_matter(scored_pairs(ready, base.model, first[compared], second[compared]), base.model)
    return _moved(found, places), blocks.keys, counts


def _moved(found: Scored, places: Ints) -> Scored:
    return replace(found, first=places[found.first].astype(np.int32), second=places[found.second].astype(np.int32))


def _kept(turn: Turn) -> Scored:
    """The base's pairs of records that stay, where they stand from now on."""
    found = turn.base.found
    return _moved(found.take(turn.stays[found.first] & turn.stays[found.second]), turn.at_old)


def _labels(turn: Turn) -> Ints:
    """By row from now on: the component that it was of, which a new record is alone."""
    return _over(turn, turn.base.component, len(turn.base) + np.arange(len(turn.new)))


def _touched(turn: Turn, fresh: Scored, decisions: Mapping[str, Sequence[str]] | None) -> Bools:
    """Which records must be decided anew: those of every component that lost or gained a record, or of which a person decided, then or now."""
    base, label = turn.base, _labels(turn)
    marked = np.zeros(len(base) + len(turn.new), dtype=bool)
    marked[base.component[~turn.stays | base.decided]] = True
    marked[len(base) :] = True
    bound = near(fresh, base.model)
    marked[label[fresh.first[bound]]] = marked[label[fresh.second[bound]]] = True
    for side in SIDES:
        rows = base.records.rows_of((decisions or {}).get(f"registry_{side}", ()), (decisions or {}).get(f"record_id_{side}", ()))
        marked[base.component[rows[rows >= 0]]] = True
    return marked[label]


def _with_neighbours(turn: Turn, touched: Bools, found: Scored) -> Ints:
    """The old records that stay and are touched, or of a component of which a pair with a touched one matters; by their old rows."""
    label = _labels(turn)
    marked = np.zeros(len(turn.base) + len(turn.new), dtype=bool)
    marked[label[touched]] = True
    beside = touched[found.first] | touched[found.second]
    marked[label[found.first[beside]]] = marked[label[found.second[beside]]] = True
    return np.flatnonzero(turn.stays & marked[turn.base.component])


def _over(turn: Turn, old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Values of all records from now on."""
    told = np.empty((turn.many, *old.shape[1:]), dtype=old.dtype, order="F")
    told[turn.at_old[turn.stays]], told[turn.at_new] = old[turn.stays], new
    return told


def _component(turn: Turn, places: Ints, component: Ints) -> Ints:
    told = _over(turn, turn.at_old[turn.base.component], np.zeros(len(turn.new), dtype=np.int64))
    told[places] = places[component]
    return told


def _decided(turn: Turn, places: Ints, bindings: Bindings) -> Bools:
    told = np.zeros(turn.many, dtype=bool)
    for rows in bindings.pairs():
        told[places[rows]] = True
    return told


def _known(turn: Turn, known: Known | None, rows: Ints) -> Known:
    """What the records at hand were called before; every other id is nobody's to take."""
    answer = turn.base.answer
    if known is None:
        here = answer.take(pa.array(np.union1d(rows, np.flatnonzero(~turn.stays))))
    else:
        everyone = pa.table(
            [as_texts(known.entity_id), as_texts(known.registry), as_texts(known.record_id)], ["id", "registry", "record_id"]
        )
        names = pa.chunked_array([turn.base.records.record_id.take(pa.array(rows)), turn.new.record_id])
        here = everyone.filter(pc.is_in(everyone["record_id"], value_set=names.combine_chunks()))
    others = [as_texts(answer[0]), turn.base.retired, *(() if known is None else (as_texts(known.entity_id), as_texts(known.retired)))]
    return Known(here["registry"].cast(pa.large_string()), here["record_id"], here[0], pa.chunked_array(others))


def _retired(turn: Turn, rows: Ints, ids: pa.Array) -> pa.Array:
    """Ids of which no record is left."""
    before = turn.base.answer[0].take(pa.array(np.union1d(rows, np.flatnonzero(~turn.stays)))).unique()
    gone = before.filter(pc.invert(pc.is_in(before, value_set=ids)))
    return pa.chunked_array([turn.base.retired, as_texts(gone)]).combine_chunks()


def _spliced_answer(turn: Turn, places: Ints, answer: pa.Table) -> pa.Table:
    """Everybody's answer: the new one where there is one."""
    source = _over(turn, np.arange(len(turn.base)), np.zeros(len(turn.new), dtype=np.int64))
    source[places] = len(turn.base) + np.arange(len(places))
    return one_piece(pa.concat_tables([turn.base.answer, answer])).take(pa.array(source))


def _spliced_pairs(turn: Turn, touched: Bools, pair: pa.Table, first: Ints, second: Ints) -> tuple[pa.Table, Codes, Codes]:
    """Pairs worth knowing of all records: the new ones where a record of theirs was touched."""
    base, new = turn.base, np.flatnonzero(touched[first] | touched[second])
    old = np.flatnonzero(turn.stays[base.first] & turn.stays[base.second])
    old = old[~(touched[turn.at_old[base.first[old]]] | touched[turn.at_old[base.second[old]]])]
    one = np.concatenate([turn.at_old[base.first[old]], first[new]])
    two = np.concatenate([turn.at_old[base.second[old]], second[new]])
    order = np.argsort(one << 32 | two, kind="stable")
    source = np.concatenate([old, len(base.pair) + new])[order]
    table = one_piece(pa.concat_tables([base.pair, pair])).take(pa.array(source))
    return table, one[order].astype(np.int32), two[order].astype(np.int32)
