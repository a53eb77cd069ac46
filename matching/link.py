"""Front door: which records are the same birth, the same person, the same anything?"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matching.arrays import Ints
from matching.changes.base import Answer, Base, base_of, in_order
from matching.changes.grounds import Grounds
from matching.changes.relink import relinked
from matching.changes.tonight import Since, Start, forget_earlier, leave, start_of
from matching.decide.bindings import Bindings
from matching.decide.entities import entities_of
from matching.decide.entity_ids import Known, entity_ids
from matching.decide.settle import completed, met, with_decided
from matching.decide.tables import pair_table, record_table
from matching.engine import Whole, learnt, prepared
from matching.kernel.run import RuleCount
from matching.model.files import model_path, read_spec
from matching.model.installed import installed
from matching.model.learned import Model
from matching.model.spec import Spec
from matching.records import Records, as_arrow, read_records
from vocabulary.findings import Decision
from vocabulary.locks import STAGE, alone
from vocabulary.parquet_files import for_writing, read_table, snapshot_key
from vocabulary.runs import Run, stage_report, write_private
from vocabulary.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

BASIS = "basis.json"
"""In `linked/`: the night whose model and counts this one was linked by."""


@dataclass(frozen=True)
class Earlier:
    """What earlier nights left: the entities of their records; pairs that people decided (columns registry_left, record_id_left, registry_right,
    record_id_right, decision); `whole`: how often values occurred then, for these records to be judged by. `keep`: leave a base for the next night.
    """

    known: Known | None = None
    decisions: Mapping[str, Sequence[str]] | None = None
    whole: Whole | None = None
    keep: bool = False


@dataclass(frozen=True)
class Linked:
    """`record`: one row a record, by registry and id, with its entity. `pair`: one row a pair worth knowing. `counts` per blocking rule.

    `base`: what the next night needs to look at changes only, where it was asked for.
    """

    record: pa.Table
    pair: pa.Table
    model: Model
    counts: tuple[RuleCount, ...] = ()
    base: Base | None = None


def link(
    records: pa.Table | pd.DataFrame | Callable[[], pa.Table],
    model: Model | Spec | str = "births",
    *,
    earlier: Earlier | None = None,
    capacity: int | None = None,
    told: Callable[[str, int], None] | None = None,
    name: str = "entity_id",
) -> Linked:
    """Entities of any number of registries.

    `records`: one row a record; registry, record_id and whichever columns of the model there are; or what reads such a table, which is let go as soon as
    it is encoded. `model`: one that has learnt; or a spec or the
    name of one, which learns from these records without labels. `earlier`: what earlier nights left.
    `capacity`: pairs that a person can look at. `name`: of the column of entities. `told` hears of each step, and how many pairs it has looked at.
    """
    before = earlier or Earlier()
    spec = model.spec if isinstance(model, Model) else model if isinstance(model, Spec) else read_spec(model_path(model))
    hears = told or (lambda step, pairs: None)
    read, marks = _encoded(records, spec, before.keep, hears)
    pa.default_memory_pool().release_unused()  # a third of all memory, once the table is gone
    ready = prepared(read, spec, before.whole)
    read = read if before.keep else ready.records
    hears("learn", 0)
    learned = model if isinstance(model, Model) else learnt(ready, spec)
    bindings = Bindings.read(ready.records, before.decisions)
    hears("score", 0)
    hears("pairs", sum(ready.pairs_by_rule().values()))
    ready, found = met(ready, learned, lambda pairs: hears("score", pairs))
    hears("decide", 0)
    whole = completed(with_decided(found, ready, learned, bindings), ready, learned, bindings)
    comparing, ready = ready if before.keep else None, ready.rested()
    entities = entities_of(whole, ready, learned, bindings)
    ids = entity_ids(entities.label, ready.records, before.known, name[0])
    record = record_table(ids, entities, ready, name)
    linked = Linked(record, pair_table(entities, ready, spec, bindings, capacity), learned, found.counts)
    if comparing is None:
        return linked
    answer = Answer(found, entities, bindings, record, linked.pair)
    return replace(linked, base=base_of(read, marks, comparing, learned, answer, before.known))


def _encoded(
    records: pa.Table | pd.DataFrame | Callable[[], pa.Table], spec: Spec, keep: bool, hears: Callable[[str, int], None]
) -> tuple[Records, Ints]:
    """The records as the engine wants them, and, where a base is to be kept, the fingerprint of each."""
    table = as_arrow(records() if callable(records) else records, spec)
    hears("read", 0)
    read = read_records(table, spec)
    return read, in_order(read, table, spec) if keep else np.zeros(0, dtype=np.int64)


def night(run_id: str) -> str:
    """Link the accepted records of a run and write `linked/`; does nothing where it stands. Returns the run id.

    It looks at what changed since the night before, where that can be; the first night of a month links everything and learns a model.
    Raises ConfigurationError for an unknown run, or one whose records are not accepted yet.
    """
    run = Run.load(Settings.from_environment(), run_id)
    with alone(run.home, STAGE):
        if not run.has("linked"):
            link_night(run)
    return run_id


def link_night(run: Run) -> None:
    """Link what the run accepted, write `linked/`, and leave the next night a base to start from."""
    started = time.monotonic()
    table, earlier = accepted_of(run)
    wanted = installed(run.home)
    start = start_of(run, table, wanted) if earlier.keep else None  # a base is plain arrays: under a key, none is left
    since = Since.tonight(run, wanted) if start is None else start.since
    linked = link(table, wanted, earlier=earlier, name="birth_id") if start is None else _from(start, table, earlier)
    if linked.base is not None:
        leave(linked.base, run, since)
    write_night(run, linked, since, started)
    forget_earlier(run)


def link_again(run: Run, wanted: Model | Spec, since: Since, grounds: Grounds | None) -> None:
    """Write `linked/` of a run that is replayed, all of its records linked anew. `grounds`: of the night that linked everything, where that is another one."""
    started = time.monotonic()
    table, earlier = accepted_of(run)
    earlier = replace(earlier, whole=None if grounds is None else grounds.whole, keep=False)
    write_night(run, link(table, wanted if grounds is None else grounds.model, earlier=earlier, name="birth_id"), since, started)


def accepted_of(run: Run) -> tuple[pa.Table, Earlier]:
    """A run's accepted records, and what earlier nights left. Raises ConfigurationError or Refusal where they are not there, or not what was written."""
    accepted = run.require("accepted")
    known, decisions = _known(accepted / "known_birth.parquet"), _decisions(accepted / "known_decision.parquet")
    return read_table(accepted / "record.parquet"), Earlier(known, decisions, keep=snapshot_key() is None)


def write_night(run: Run, linked: Linked, since: Since, started: float) -> None:
    """`linked/`, with the night whose model and counts it was linked by."""
    with run.writing("linked") as folder:
        write_linked(linked, folder, "birth_record", **for_writing())
        write_private(folder / BASIS, json.dumps(since.as_record(), indent=1))
        stage_report(folder, "link", time.monotonic() - started, counts_of(linked))


def _from(start: Start, table: pa.Table, earlier: Earlier) -> Linked:
    """What linking everything would give, from the base of the night before."""
    base, counts = relinked(start.base, table, start.changes, earlier.decisions, earlier.known, "birth_id")
    return Linked(base.answer, base.pair, base.model, counts, base)


def write_linked(linked: Linked, folder: Path, name: str, **encryption: Any) -> None:
    """The tables and the model, private; the same answer gives the same bytes, unless `encryption` (parquet_files.for_writing) hides them."""
    from matching.model.saved import write_model

    for table, path in ((linked.record, folder / f"{name}.parquet"), (linked.pair, folder / "pair.parquet")):
        pq.write_table(table, path, compression="zstd", store_schema=False, **encryption)
        path.chmod(0o600)
    write_model(linked.model, folder / "model.json")


def counts_of(linked: Linked) -> dict[str, int]:
    """What was done: records, entities, pairs by decision, pairs by blocking rule."""
    decisions = linked.pair["decision"].combine_chunks()
    told = (
        dict(zip(*(part.to_pylist() for part in decisions.cast(pa.string()).value_counts().flatten()), strict=True))
        if len(decisions)
        else {}
    )
    name = "births" if linked.record.column_names[0] == "birth_id" else "entities"
    counts = {"records": linked.record.num_rows, name: len(linked.record.column(0).unique())}
    counts |= {f"pairs_{decision}": int(told.get(str(decision), 0)) for decision in Decision}
    return counts | {f"rule_{count.rule}": count.pairs for count in linked.counts}


def _known(path: Path) -> Known | None:
    if not path.is_file():
        return None
    told = read_table(path)
    return Known(told["registry"], told["record_id"], told["birth_id"])


def _decisions(path: Path) -> Mapping[str, Sequence[str]] | None:
    return read_table(path).to_pydict() if path.is_file() else None
