"""Front door of linking on Spark: the same answer as `matching.link.link`, with the comparing done by a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.arrays import Ints
from matching.decide.bindings import Bindings
from matching.decide.entity_ids import entity_ids
from matching.decide.settle import settled
from matching.decide.tables import pair_table, record_table
from matching.engine import Prepared, Scored, Whole, effort_of, learnt, prepared, sharpened, totalled
from matching.estimate.frequencies import portable
from matching.kernel.layout import Found
from matching.kernel.run import RuleCount, joined
from matching.link import Linked
from matching.model.files import model_path, read_spec
from matching.model.learned import Model
from matching.model.spec import Spec
from matching.records import Records, as_arrow, read_records
from matching.spark.buckets import Anchor, anchors_of
from matching.spark.session import session
from matching.spark.tasks import PAIRS, Job, compare, spread

if TYPE_CHECKING:
    import pandas as pd
    from pyspark import Broadcast
    from pyspark.sql import DataFrame, SparkSession

A_BUCKET = 100_000
"""Records that a task compares at once, each with all its values: some 200 MB."""
A_VALUE, A_SHARE = 100_000, 8
"""Records that may have one value of an anchor, and the part of all records that they may be: a nation's day has 62,000, a sex is half of all."""
A_TASK = 20_000
"""Records that a task spreads to their buckets: some twenty times as many rows leave it."""


def link(
    records: pa.Table | pd.DataFrame,
    model: Model | Spec | str = "births",
    *,
    master: str | None = None,
    capacity: int | None = None,
    told: Callable[[str, int], None] | None = None,
    name: str = "entity_id",
) -> Linked:
    """Entities of any number of registries, as `matching.link.link` finds them. `master`: Spark's, such as spark://host:7077; without it this machine's cores.

    Raises ConfigurationError where pyspark or Java is missing or a task fails, Unreachable where the master or its workers do not answer.
    """
    spec = model.spec if isinstance(model, Model) else model if isinstance(model, Spec) else read_spec(model_path(model))
    hears = told or (lambda step, pairs: None)
    hears("read", 0)
    table = as_arrow(records, spec)
    read = read_records(table, spec)
    ready = prepared(read, spec)
    anchors = anchors_of(read, spec.rules, ready.blocks.crowds, min(A_VALUE, len(read) // A_SHARE))
    del read
    hears("learn", 0)
    learned = model if isinstance(model, Model) else learnt(ready, spec)
    bindings = Bindings.read(ready.records, None)
    hears("score", 0)
    hears("pairs", sum(ready.pairs_by_rule().values()))
    ready, _ = sharpened(ready, learned)
    found = scored_by_spark(plain(table), ready, learned, anchors, master)
    hears("score", sum(count.pairs for count in found.counts))
    hears("decide", 0)
    entities = settled(found, ready, learned, bindings)
    record = record_table(entity_ids(entities.label, ready.records, None, name[0]), entities, ready, name)
    return Linked(record, pair_table(entities, ready, spec, bindings, capacity), learned, found.counts)


def plain(table: pa.Table) -> pa.Table:
    """Columns in types that Spark has: days as days, moments by their own clock, everything else as the text that the engine reads."""
    columns = {}
    for name in table.column_names:
        column = table[name]
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if pa.types.is_date(kind):
            columns[name] = column.cast(pa.date32())
        elif pa.types.is_timestamp(kind):
            columns[name] = pc.cast(pc.local_timestamp(column) if kind.tz else column, pa.timestamp("us"), safe=False)
        elif not pa.types.is_null(kind):
            columns[name] = column.cast(pa.string())
    return pa.table(columns)


def scored_by_spark(table: pa.Table, ready: Prepared, model: Model, anchors: Sequence[Anchor], master: str | None) -> Scored:
    """Every pair that a rule finds and that reaches the floor."""
    with session(master, table.nbytes) as spark:
        job = job_of(ready, model, anchors, 2 * spark.sparkContext.defaultParallelism)
        answer = pairs_of(spark, table, job).toArrow()
    return scored_of(answer, ready, model)


def job_of(ready: Prepared, model: Model, anchors: Sequence[Anchor], least: int) -> Job:
    """What every task is told. `least`: buckets there must be."""
    whole = Whole(portable(ready.frequencies, ready.records), ready.records.sizes, ready.blocks.crowds)
    buckets = max(least, len(ready.records) * len({one.domain for one in anchors}) // A_BUCKET)
    return Job(model, whole, effort_of(ready, model.spec), tuple(anchors), buckets)


def pairs_of(spark: SparkSession, table: pa.Table, job: Job) -> DataFrame:
    """Scored pairs and counts (PAIRS), a task a bucket."""
    from pyspark.sql.pandas.types import from_arrow_schema

    told = spark.sparkContext.broadcast(job)
    frame = spark.createDataFrame(table).repartition(max(spark.sparkContext.defaultParallelism, table.num_rows // A_TASK))
    schema = from_arrow_schema(table.schema.append(pa.field("bucket", pa.int32())))
    spark.conf.set("spark.sql.shuffle.partitions", str(job.buckets))
    return frame.mapInArrow(_spreading(told), schema).groupBy("bucket").applyInArrow(_comparing(told), from_arrow_schema(PAIRS))


def _spreading(told: Broadcast[Job]) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """`spread` as Spark calls it: with all batches of a task."""

    def of_task(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        parts = list(batches)
        return iter(spread(told.value, pa.Table.from_batches(parts)) if parts else [])

    return of_task


def _comparing(told: Broadcast[Job]) -> Callable[[tuple[pa.Scalar, ...], pa.Table], pa.Table]:
    """`compare` as Spark calls it: with the key of a group and its records."""

    def of_bucket(key: tuple[pa.Scalar, ...], table: pa.Table) -> pa.Table:
        return compare(told.value, key[0].as_py(), table)

    return of_bucket


def scored_of(answer: pa.Table, ready: Prepared, model: Model) -> Scored:
    """What the buckets found, by the driver's rows."""
    is_count = pc.is_valid(answer["rule"])
    pairs, told = (
        answer.filter(pc.invert(is_count)),
        answer.filter(is_count).group_by("rule").aggregate([("pairs", "sum"), ("new_pairs", "sum")]),
    )
    sums = {row["rule"]: row for row in told.to_pylist()}
    nothing = {"pairs_sum": 0, "new_pairs_sum": 0}
    counts = tuple(
        RuleCount(rule, sums.get(rule, nothing)["pairs_sum"], sums.get(rule, nothing)["new_pairs_sum"], left_out)
        for rule, left_out in ready.blocks.left_out.items()
    )
    first, second = (rows_by_key(ready.records, pairs[f"registry_{side}"], pairs[f"key_{side}"]) for side in ("left", "right"))
    found = Found(first.astype(np.int32), second.astype(np.int32), pairs["pattern"].to_numpy(), pairs["surprise"].to_numpy())
    return totalled(ready, model, joined([found]), counts)


def rows_by_key(records: Records, registry: pa.ChunkedArray, key: pa.ChunkedArray) -> Ints:
    """The rows of records named by the place of their registry and the key of their id."""
    places, keys = registry.to_numpy(), key.to_numpy()
    rows = np.empty(len(keys), dtype=np.int64)
    for place in range(len(records.registries)):
        low, high = np.searchsorted(records.registry, (place, place + 1))
        here = places == place
        rows[here] = low + np.searchsorted(records.key[low:high], keys[here])
    return rows
