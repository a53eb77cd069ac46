"""Our comparisons and blocking rules as recordlinkage's: any user of `recordlinkage.Compare` and `recordlinkage.Index` can plug them in, on plain columns.

A feature returns a level per pair as a small integer, 0 the strongest; `len(levels)` means that a side is missing. Levels are those of the kernel: these
classes only bring tables in and levels out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from recordlinkage.base import BaseCompareFeature, BaseIndexAlgorithm

from matching.arrays import Codes, Ints, Levels
from matching.blocks import Blocks, blocks_of
from matching.engine import prepared
from matching.estimate.patterns import levels_of
from matching.estimate.worth import everything
from matching.kernel.meet import meeting
from matching.kernel.run import compared
from matching.model.files import level_of_text, model_path, parts_of_text, read_spec
from matching.model.learned import Model
from matching.model.spec import Comparison, Field, Rule, Spec
from matching.records import Records, as_arrow, read_columns


class LevelFeature(BaseCompareFeature):
    """A comparison whose result is a level, on one column or several readings of one thing.

    `kind`: of the values (matching.forms.kinds). `levels`: `name: test argument`, from strongest to weakest, such as `near: jaro_winkler 0.9`.
    """

    def __init__(
        self, labels_left: str | list[str], labels_right: str | list[str], kind: str, levels: Sequence[str], label: str | None = None
    ) -> None:
        super().__init__(labels_left, labels_right, label=label)
        self.kind = kind
        self.levels = tuple(level_of_text(one) for one in levels)

    def _compute_vectorized(self, *columns: pd.Series) -> Levels:
        half = len(columns) // 2
        names = [f"reading_{number}" for number in range(half)]
        comparison = Comparison("compared", tuple(names), self.levels)
        spec = Spec("feature", "", tuple(Field(name, self.kind, (name,)) for name in names), (comparison,), ())
        return levels_of_pairs(spec, columns[:half], columns[half:])


class ModelFeature(BaseCompareFeature):
    """One comparison of a model, by name, on columns named as the model's."""

    def __init__(self, comparison: str, model: str = "births") -> None:
        self.spec = read_spec(model_path(model))
        self.comparison = self.spec.comparison(comparison)
        asked = [*self.comparison.fields, *([self.comparison.other] if self.comparison.other else [])]
        fields = [self.spec.field(name) for name in asked]
        fields += [self.spec.field(field.or_else) for field in fields if field.or_else]
        self.fields = tuple({field.name: field for field in fields}.values())
        columns = list(dict.fromkeys(column for field in self.fields for column in field.columns))
        super().__init__(columns, columns, label=comparison)

    def _compute_vectorized(self, *columns: pd.Series) -> Levels:
        half = len(columns) // 2
        spec = Spec("feature", "", self.fields, (self.comparison,), ())
        return levels_of_pairs(spec, columns[:half], columns[half:])


def levels_of_pairs(spec: Spec, left: Sequence[pd.Series], right: Sequence[pd.Series]) -> Levels:
    """The levels of a spec's only comparison; columns in the order of the spec's."""
    both = {name: pd.concat([one, two], ignore_index=True) for name, one, two in zip(spec.columns, left, right, strict=True)}
    records = in_order(pd.DataFrame(both), spec, len(left[0]))
    ready = prepared(records, spec)
    rows = np.arange(len(left[0]), dtype=np.int32)
    found = compared(ready.plan, ready.store, everything(ready.kinds, Model.prior(spec)), rows, rows + len(rows))
    return levels_of(found.pattern, spec.comparisons)[:, 0]


def in_order(table: pd.DataFrame, spec: Spec, first: int) -> Records:
    """A table as records of two registries, the first so many rows and the rest, in the order that it has."""
    sides = np.where(np.arange(len(table)) < first, 0, 1).astype(np.int32)
    numbers = pa.array([str(number) for number in range(len(table))], type=pa.large_string())
    codes, books = read_columns(as_arrow(table, spec), spec)
    return Records(("left", "right"), sides, numbers, np.arange(len(table), dtype=np.int64), spec.fields, codes, books)


class RuleIndex(BaseIndexAlgorithm):
    """A blocking rule as an index algorithm: two records are a pair when they agree on every part.

    `fields`: column -> kind of value. `where`: parts such as `mother_name near`; `against`: those of the other side where they differ.
    """

    def __init__(
        self,
        fields: dict[str, str],
        where: Sequence[str],
        against: Sequence[str] | None = None,
        largest: int = 100,
        split: Sequence[str] = (),
    ) -> None:
        super().__init__()
        rule = Rule("rule", parts_of_text(where), None if against is None else parts_of_text(against), largest, parts_of_text(split))
        self.spec = Spec("index", "", tuple(Field(name, kind, (name,)) for name, kind in fields.items()), (), (rule,))
        self.records_left_out = 0

    def _dedup_index(self, df_a: pd.DataFrame) -> pd.MultiIndex:
        first, second = self._pairs(df_a, len(df_a))
        return pd.MultiIndex.from_arrays([df_a.index[second], df_a.index[first]])

    def _link_index(self, df_a: pd.DataFrame, df_b: pd.DataFrame) -> pd.MultiIndex:
        columns = list(self.spec.columns)
        first, second = self._pairs(pd.concat([df_a[columns], df_b[columns]], ignore_index=True), len(df_a))
        across = (first < len(df_a)) & (second >= len(df_a))
        return pd.MultiIndex.from_arrays([df_a.index[first[across]], df_b.index[second[across] - len(df_a)]])

    def _pairs(self, table: pd.DataFrame, first: int) -> tuple[Ints, Ints]:
        """Rows of all pairs, first < second, each once, in order."""
        records = in_order(table.reset_index(drop=True), self.spec, first)
        blocks = blocks_of(records, self.spec.rules)
        self.records_left_out = blocks.left_out["rule"]
        return pairs_of(blocks, records.registry)


def pairs_of(blocks: Blocks, registry: Codes) -> tuple[Ints, Ints]:
    """Every pair that any route meets, written out."""
    codes = [np.zeros(0, dtype=np.int64)]
    for route in blocks.routes:
        joins = meeting(*blocks.columns(route), registry, within=True)
        sizes = joins.end - joins.begin
        left = np.repeat(joins.left, sizes).astype(np.int64)
        place = np.arange(len(left)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(joins.begin, sizes)
        right = joins.right[place].astype(np.int64)
        apart = left != right
        codes.append(np.minimum(left, right)[apart] * len(registry) + np.maximum(left, right)[apart])
    found = np.unique(np.concatenate(codes))
    return found // max(len(registry), 1), found % max(len(registry), 1)
