"""Identity numbers: how many are sound, of the old form, damaged by a spreadsheet, or another document's."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.profiling.small import counted
from vocabulary.contracts import Registry
from vocabulary.identity import CHECK_CHARACTERS, WEIGHTS, embedded_date, examine

KINDS = ("sound", "old_form", "other_document", "check_digit", "birth_date", "excel_truncated", "length", "characters")
PLAIN = r"^\d{17}[\dX]$"
CHECKS = np.frombuffer(CHECK_CHARACTERS.encode(), np.uint8)


class Numbers:
    """Counts of what the numbers of each column are."""

    def __init__(self, registry: Registry) -> None:
        self.columns = [name for name in registry.column_names if name.endswith("_id_number")]
        self.kinds: dict[str, Counter[str]] = {name: Counter() for name in self.columns}

    def add(self, table: pa.Table) -> None:
        """Take in a table of text columns."""
        for name in self.columns:
            values = table.column(name).drop_null()
            plain = pc.match_substring_regex(values, PLAIN)
            self.kinds[name].update(of_eighteen(values.filter(plain)))
            others = values.filter(pc.invert(plain)).to_pylist()
            self.kinds[name].update(kind for text in others if (kind := of_any(text)) is not None)
            self.kinds[name]["untidy"] += sum(of_any(text) == "sound" for text in others)

    def told(self) -> list[dict[str, Any]]:
        """One entry a column; `untidy`: sound once spaces, width or a small x are mended."""
        return [self._column(name) for name in self.columns]

    def _column(self, name: str) -> dict[str, Any]:
        total = sum(self.kinds[name][kind] for kind in KINDS)
        return {
            "column": name,
            "rows": counted(total, total)["rows"],
            "kinds": {kind: counted(self.kinds[name][kind], total) for kind in KINDS},
            "untidy": counted(self.kinds[name]["untidy"], total),
        }


def of_eighteen(values: pa.ChunkedArray) -> Counter[str]:
    """Kinds of numbers that have the form of GB 11643-1999, all at once."""
    if not len(values):
        return Counter()
    letters = np.array(values.to_pylist(), dtype="S18").view(np.uint8).reshape(-1, 18)
    remainders = (letters[:, :17] - ord("0")).astype(np.int64) @ np.array(WEIGHTS) % 11
    right = CHECKS[remainders] == letters[:, 17]
    cut = ~right & (letters[:, 15:] == ord("0")).all(axis=1)
    days, places = np.unique(np.ascontiguousarray(letters[:, 6:14]).view("S8").ravel(), return_inverse=True)
    dated = np.array([_is_day(day.decode()) for day in days])[places]
    return Counter(
        {
            "sound": int((right & dated).sum()),
            "birth_date": int((right & ~dated).sum()),
            "excel_truncated": int(cut.sum()),
            "check_digit": int((~right & ~cut).sum()),
        }
    )


@cache
def _is_day(digits: str) -> bool:
    return embedded_date(digits) is not None


def of_any(text: str) -> str | None:
    """The kind of one number; None where it says that there is none."""
    verdict = examine(text)
    if verdict.form == "missing":
        return None
    return verdict.fault or {"18": "sound", "15": "old_form"}.get(verdict.form, "other_document")
