"""What changed since the night before, from both nights' snapshots: records, births, problems by kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vocabulary.parquet_files import read_table

RECORD, BIRTH, FINDING = "accepted/record.parquet", "linked/birth_record.parquet", "findings/finding.parquet"
KEY = ["registry", "record_id"]


def changes(folder: Path, before: Path | None) -> dict[str, Any]:
    """`records`: registry -> arrived, gone, corrected; `births`: new, joined, split, gone; `findings`: kind -> found, gone.

    A table that either night lacks is left out: nobody can tell.
    """
    told: dict[str, Any] = {}
    for name, path, compared in (("records", RECORD, records), ("births", BIRTH, births), ("findings", FINDING, findings)):
        if before is not None and (folder / path).is_file() and (before / path).is_file():
            told[name] = compared(folder / path, before / path)
    return told


def records(now: Path, before: Path) -> dict[str, dict[str, int]]:
    """`corrected`: there both nights, with another `updated_at`."""
    columns = [*KEY, "updated_at"]
    both = _frame(now, columns).merge(_frame(before, columns), on=KEY, how="outer", suffixes=("", "_before"), indicator=True)
    both["step"] = both["_merge"].astype(str).map({"left_only": "arrived", "right_only": "gone", "both": "kept"})
    later = both["updated_at"].ne(both["updated_at_before"]) & ~(both["updated_at"].isna() & both["updated_at_before"].isna())
    both.loc[both["step"].eq("kept") & later, "step"] = "corrected"
    counts = both.groupby(["registry", "step"]).size()
    return {
        str(registry): {step: int(counts.get((registry, step), 0)) for step in ("arrived", "gone", "corrected")}
        for registry in sorted(both["registry"].astype(str).unique())
    }


def births(now: Path, before: Path) -> dict[str, int]:
    """`new`: none of its records was held; `joined`: its records were of several births; `split`: a birth whose records are of several now."""
    columns = [*KEY, "birth_id"]
    both = _frame(now, columns).merge(_frame(before, columns), on=KEY, how="outer", suffixes=("", "_before"))
    came = both.dropna(subset=["birth_id"]).groupby("birth_id")["birth_id_before"].nunique()
    went = both.dropna(subset=["birth_id_before"]).groupby("birth_id_before")["birth_id"].nunique()
    return {"new": int((came == 0).sum()), "joined": int((came > 1).sum()), "split": int((went > 1).sum()), "gone": int((went == 0).sum())}


def findings(now: Path, before: Path) -> dict[str, dict[str, int]]:
    """`found`: not there the night before; `gone`: there then, not tonight, because it was mended or because nothing may be said tonight."""
    columns = ["finding_id", "kind"]
    both = _frame(now, columns).merge(_frame(before, columns), on="finding_id", how="outer", suffixes=("", "_before"))
    found, gone = both["kind_before"].isna(), both["kind"].isna()
    kinds = both["kind"].fillna(both["kind_before"])
    return {
        str(kind): {"found": int((found & kinds.eq(kind)).sum()), "gone": int((gone & kinds.eq(kind)).sum())}
        for kind in sorted(kinds.unique())
    }


def _frame(path: Path, columns: list[str]) -> Any:
    return read_table(path, columns).to_pandas()
