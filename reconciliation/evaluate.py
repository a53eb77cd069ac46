"""How good a list is, held against the truth of an invented county."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class ListQuality:
    """Children rightly on a list, wrongly on it, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the list that belongs on it; 1 for an empty list."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of those who belong on the list that are on it."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def as_record(self) -> dict[str, float]:
        """For a table or JSON."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
        }


def list_quality(finding: pd.DataFrame, birth_record: pd.DataFrame, truth_record: pd.DataFrame, truth_birth: pd.DataFrame) -> ListQuality:
    """The not-registered list against those who belong on it: living residents known to a health registry, not in the hukou registry.

    A listed birth is the child that most of its records are of; a second entry for the same child is a wrong one.
    """
    key = ["registry", "record_id"]
    known = truth_record.loc[truth_record["registry"].ne("hukou"), "true_birth_id"].unique()
    alive = truth_birth["vital_status"].ne("died") & truth_birth["is_resident"]
    absent = truth_birth["registered_on"].isna() & truth_birth["true_birth_id"].isin(known)
    belong = set(truth_birth.loc[alive & absent, "true_birth_id"])
    listed = finding.loc[finding["kind"].eq("not_registered"), ["birth_id"]]
    members = listed.merge(birth_record, on="birth_id").merge(truth_record, on=key)
    child = members.groupby(["birth_id", "true_birth_id"]).size().reset_index(name="record_count")
    child = child.sort_values(["birth_id", "record_count", "true_birth_id"], ascending=[True, False, True]).drop_duplicates("birth_id")
    right = len(belong & set(child["true_birth_id"]))
    return ListQuality(right=right, wrong=len(listed) - right, missed=len(belong) - right)
