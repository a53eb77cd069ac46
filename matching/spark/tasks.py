"""What runs on the workers: records go to the buckets of their blocking keys, and every bucket is compared by the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from matching.arrays import Floats, Ints, distinct
from matching.blocks import Blocks, blocks_of
from matching.decide.deliveries import twin_class
from matching.engine import Prepared, Whole, prepared, sharpened, totalled
from matching.estimate.weights import bits, match_weight
from matching.estimate.worth import worth_of
from matching.kernel.layout import Found, Joins
from matching.kernel.meet import meeting
from matching.kernel.run import RuleCount, streamed
from matching.model.learned import Model
from matching.model.limits import limits_of
from matching.model.spec import Spec
from matching.records import Records, as_arrow, read_columns, read_records
from matching.spark.buckets import Anchor, anchored, bucket_of, exact
from vocabulary.errors import discreet

STEP = 2_000
"""Records that are spread together: some ten times as many leave the task at once, in a few MB."""
PAIRS = pa.schema(
    [
        ("registry_left", pa.int16()),
        ("key_left", pa.int64()),
        ("registry_right", pa.int16()),
        ("key_right", pa.int64()),
        ("pattern", pa.int64()),
        ("surprise", pa.float64()),
        ("rule", pa.string()),
        ("pairs", pa.int64()),
        ("new_pairs", pa.int64()),
    ]
)
"""Grain: a scored pair, by the places of its registries and the keys of its ids; or, where `rule` is told, what a rule did in one bucket.

Counts travel as rows because rows are delivered once, however often a task is tried; Spark's accumulators are not.
"""


@dataclass(frozen=True)
class Job:
    """What every task knows: the model, all records' figures, how long each comparison takes, what brings pairs together, and how many buckets there are."""

    model: Model
    whole: Whole
    effort: Floats
    anchors: tuple[Anchor, ...]
    buckets: int

    @cached_property
    def registries(self) -> list[str]:
        """All registries, in the order of their places."""
        return sorted(self.whole.sizes)


@discreet
def spread(job: Job, table: pa.Table) -> list[pa.RecordBatch]:
    """Each record once for every bucket that a pair of it may be compared in."""
    records = as_they_come(table, job.model.spec)
    blocks = blocks_of(records, job.model.spec.rules, job.whole.crowds)
    values = zip(job.anchors, anchored(records, blocks, job.anchors), strict=True)
    told = np.column_stack(
        [bucket_of(side, anchor, job.buckets) for anchor, both in values for side in {id(side): side for side in both}.values()]
    )
    parts: list[pa.RecordBatch] = []
    for low in range(0, table.num_rows, STEP):
        here = told[low : low + STEP]
        rows, columns = np.nonzero(here >= 0)
        codes = distinct(rows * job.buckets + here[rows, columns])
        part = table.slice(low, STEP).take(pa.array(codes // job.buckets))
        parts += part.append_column("bucket", pa.array((codes % job.buckets).astype(np.int32))).combine_chunks().to_batches()
    return parts


def as_they_come(table: pa.Table, spec: Spec) -> Records:
    """Records in the table's own order, of which only values and forms are wanted."""
    codes, books = read_columns(as_arrow(table, spec), spec)
    nothing = np.zeros(table.num_rows, dtype=np.int64)
    return Records((), nothing.astype(np.int32), table["record_id"], nothing, spec.fields, codes, books)


@discreet
def compare(job: Job, bucket: int, table: pa.Table) -> pa.Table:
    """The pairs of one bucket that reach the floor, and what each rule did there."""
    model, records = job.model, read_records(table, job.model.spec)
    ready, least = sharpened(prepared(records, model.spec, job.whole), model)
    worth = worth_of(model, ready.kinds, bits(model.spec.costs.floor), least, job.effort)
    values = anchored(records, ready.blocks, job.anchors)
    ready = with_keys(ready, exact(ready.blocks, values))
    found, counts = streamed(
        ready.plan, ready.store, worth, ready.blocks, lambda number: joins_in(ready, number, bucket, job, values[number])
    )
    total = totalled(ready, model, found, counts).total
    kept = np.flatnonzero(match_weight(total, twin_class(model.spec), 0.0) >= limits_of(model.spec.costs).floor)
    return pa.concat_tables([_pairs(job, records, found, kept), _counts(counts)])


def with_keys(ready: Prepared, blocks: Blocks) -> Prepared:
    """The same records with other keys."""
    ready.store.rows[:, 1 : 1 + blocks.keys.shape[1]] = blocks.keys
    return replace(ready, blocks=blocks)


def joins_in(ready: Prepared, number: int, bucket: int, job: Job, values: tuple[Ints, Ints]) -> Joins:
    """Who meets whom by a route in one bucket. `values`: at the route's anchor, of each record as the one side and as the other."""
    keys, partners = ready.blocks.columns(ready.blocks.routes[number])
    of_keys, of_partners = (
        np.where(bucket_of(side, job.anchors[number], job.buckets) == bucket, column, 0)
        for side, column in zip(values, (keys, partners), strict=True)
    )
    return meeting(of_keys, of_keys if partners is keys else of_partners, ready.records.registry, within=ready.within)


def _pairs(job: Job, records: Records, found: Found, kept: Ints) -> pa.Table:
    places = np.array([job.registries.index(name) for name in records.registries], dtype=np.int16)
    first, second = found.first[kept], found.second[kept]
    return _filled(
        registry_left=places[records.registry[first]],
        key_left=records.key[first],
        registry_right=places[records.registry[second]],
        key_right=records.key[second],
        pattern=found.pattern[kept],
        surprise=found.surprise[kept],
    )


def _counts(counts: Sequence[RuleCount]) -> pa.Table:
    return _filled(rule=[one.rule for one in counts], pairs=[one.pairs for one in counts], new_pairs=[one.new_pairs for one in counts])


def _filled(**columns: Sequence | np.ndarray) -> pa.Table:
    """A table of the schema; what is not told is null."""
    rows = len(next(iter(columns.values())))
    return pa.table({one.name: pa.array(columns[one.name], one.type) if one.name in columns else pa.nulls(rows, one.type) for one in PAIRS})
