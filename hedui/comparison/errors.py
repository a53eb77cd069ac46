"""Whether errors are equal under both models, by a truth or by pairs that people decided: the same children, linked without anybody's decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from matching.model.learned import Model
from matching.parity import COUNTED, Verdict, held, undecided
from matching.train import parity
from matching.truth import Truth, truth_of_labels

GROUPED_BY = ["registry", "record_id", "child_name", "child_sex"]


@dataclass(frozen=True)
class Judge:
    """`truth`: of an invented county; otherwise `labels`: pairs that people decided (as for `hedui train`)."""

    truth: Truth | None = None
    labels: pd.DataFrame | None = None

    def parity(self, records: pa.Table, model: Model) -> pd.DataFrame | None:
        """Error parity of a model; None where nothing is known, or nothing by which children can be grouped."""
        if self.truth is not None:
            told = parity(records, model, self.truth)
        elif self.labels is not None and len(self.labels):
            told = parity(records, model, truth_of_labels(self.labels, records.select(GROUPED_BY).to_pandas()), self.labels)
        else:
            return None
        return None if told.empty else told


def judged_by(judge: Judge, records: pa.Table, old: Model, new: Model) -> tuple[dict[str, Any] | None, tuple[pd.DataFrame, ...]]:
    """What the verdict needs, and both tables for the page. `held`: groups by which the new model is refused; `worse`: groups of which nobody can tell, and in which
    it makes more errors than the old one with the same children.
    """
    tables = [told for model in (old, new) if (told := judge.parity(records, model)) is not None]
    if len(tables) < 2:
        return None, ()
    before, after = tables
    more = after.merge(before[[*COUNTED, "errors"]], on=COUNTED, suffixes=("", "_before"))
    worse = more[more["verdict"].eq(Verdict.UNCLEAR) & more["errors"].gt(more["errors_before"])]
    return {
        "by": "labels" if judge.truth is None else "truth",
        "held": names_of(held(after)),
        "worse": names_of(worse),
        "unclear": names_of(undecided(after)),
        "old_errors": errors_of(before),
        "new_errors": errors_of(after),
    }, (before, after)


def names_of(rows: pd.DataFrame) -> list[str]:
    """`missed name_kind rare`."""
    return [f"{one.error} {one.attribute} {one.group}" for one in rows.itertuples()]


def errors_of(told: pd.DataFrame) -> int:
    """Children missed or taken for another: those of one kind of group are those of all children."""
    return int(told.loc[told["attribute"].eq(told["attribute"].iloc[0]), "errors"].sum())


def as_rows(tables: tuple[pd.DataFrame, ...]) -> list[Mapping[str, Any]]:
    """One entry a group and sort of error, of both models; for JSON."""
    if not tables:
        return []
    both = tables[0][[*COUNTED, "children", "errors"]].merge(
        tables[1][[*COUNTED, "errors", "verdict"]], on=COUNTED, suffixes=("_old", "_new")
    )
    return [{str(name): value if isinstance(value, str) else int(value) for name, value in row.items()} for row in both.to_dict("records")]
