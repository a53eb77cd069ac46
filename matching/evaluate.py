"""Front door: how good are the links, held against a truth?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Quality:
    """Pairs of records: linked and true, linked, true."""

    right: int
    linked: int
    true: int

    @property
    def precision(self) -> float:
        """Share of linked pairs that are true; 1 where none is linked."""
        return self.right / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        """Share of true pairs that are linked; 1 where there are none."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.linked + self.true) if self.linked + self.true else 1.0


@dataclass(frozen=True)
class LinkQuality:
    """`across`: pairs of two registries; `in_all`: duplicates inside a registry too; `by_kind`: per pair of registries."""

    across: Quality
    in_all: Quality
    by_kind: dict[tuple[str, str], Quality]

    @property
    def precision(self) -> float:
        """Across registries."""
        return self.across.precision

    @property
    def recall(self) -> float:
        """Across registries."""
        return self.across.recall

    @property
    def f1(self) -> float:
        """Across registries."""
        return self.across.f1


def evaluate(birth_record: pd.DataFrame, truth_record: pd.DataFrame, truth_column: str = "birth_id") -> LinkQuality:
    """Pairwise quality. Both tables: registry, record_id and a birth (`birth_id` of the links, `truth_column` of the truth).

    Records that the truth does not know are left out (they were never births); records that were not linked at all count as alone.
    """
    truth = truth_record[["registry", "record_id", truth_column]].rename(columns={truth_column: "true_birth"})
    both = truth.merge(
        birth_record[["registry", "record_id", "birth_id"]], on=["registry", "record_id"], how="left", suffixes=("_true", "")
    )
    unlinked = both["birth_id"].isna()
    both.loc[unlinked, "birth_id"] = [f"unlinked {row}" for row in np.flatnonzero(unlinked)]
    names = sorted(both["registry"].astype(str).unique())
    by_kind = {(left, right): _quality(both, left, right) for left, right in combinations_with_replacement(names, 2)}
    across = [quality for (left, right), quality in by_kind.items() if left != right]
    return LinkQuality(_sum(across), _sum(list(by_kind.values())), by_kind)


def _quality(both: pd.DataFrame, left: str, right: str) -> Quality:
    """Counted from sizes of groups, without listing a pair."""
    return Quality(
        _pairs(both, ["birth_id", "true_birth"], left, right),
        _pairs(both, ["birth_id"], left, right),
        _pairs(both, ["true_birth"], left, right),
    )


def _pairs(both: pd.DataFrame, by: list[str], left: str, right: str) -> int:
    """Pairs of a record of `left` and one of `right` in the same group."""
    sizes = [both[both["registry"] == name].groupby(by, sort=False).size() for name in (left, right)]
    if left == right:
        return int((sizes[0] * (sizes[0] - 1) // 2).sum())
    return int(sizes[0].mul(sizes[1], fill_value=0).sum())


def _sum(parts: list[Quality]) -> Quality:
    return Quality(sum(part.right for part in parts), sum(part.linked for part in parts), sum(part.true for part in parts))
