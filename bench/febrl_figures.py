"""What every engine is asked to do with the files of `bench.febrl_like`, and how its answer is judged.

One blocking, one truth and one way of counting for all of them, so that only the engines differ. Run `bench.splink_febrl` or
`bench.recordlinkage_febrl`; nothing here is run by itself.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

# Two records are compared when all fields of one rule agree. Recall of true pairs: tight 0.956, loose 0.985.
RULES: dict[str, list[tuple[str, ...]]] = {
    "tight": [("date_of_birth", "given_name"), ("soc_sec_id",), ("postcode", "surname"), ("postcode", "street_number")],
    "loose": [("date_of_birth",), ("given_name", "surname"), ("soc_sec_id",), ("postcode", "street_number")],
}
COMPARED = ("given_name", "surname", "date_of_birth", "soc_sec_id", "address_1", "postcode", "street_number")


class Stopwatch:
    """Seconds on the wall and of the processor for each phase; the second shows what a busy machine did to the first."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.processor_seconds: dict[str, float] = {}
        self._since = time.perf_counter(), time.process_time()

    def lap(self, phase: str) -> None:
        """The phase that began with the last lap ends here."""
        now = time.perf_counter(), time.process_time()
        self.seconds[phase] = round(now[0] - self._since[0], 2)
        self.processor_seconds[phase] = round(now[1] - self._since[1], 2)
        self._since = now

    def told(self) -> dict[str, Any]:
        """Seconds a phase and in all."""
        return {
            "seconds": self.seconds,
            "total_seconds": round(sum(self.seconds.values()), 1),
            "processor_seconds": self.processor_seconds,
            "total_processor_seconds": round(sum(self.processor_seconds.values()), 1),
        }


def peak_gib() -> float:
    """The most memory this process has had."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)


def person_numbers(path: Path) -> np.ndarray:
    """The number in each `rec_id`, in the order of the file."""
    texts = pq.read_table(path, columns=["rec_id"]).column(0)
    numbers: np.ndarray = pc.list_element(pc.split_pattern(texts, "-"), 1).cast("int64").to_numpy()
    return numbers


def true_pairs(folder: Path) -> int:
    """How many people stand in both files."""
    return len(np.intersect1d(person_numbers(folder / "left.parquet"), person_numbers(folder / "right.parquet")))


def rates(right: int, found: int, true: int) -> dict[str, float]:
    """Precision, recall and their harmonic mean."""
    return {
        "precision": round(right / max(found, 1), 5),
        "recall": round(right / true, 5),
        "f1": round(2 * right / (found + true), 5),
    }


def figures(same: np.ndarray, probability: np.ndarray, true: int) -> dict[str, Any]:
    """Rates of all pairs at 0.5 and above, and the best F1 that any threshold gives."""
    order = np.argsort(-probability, kind="stable")
    right, found = np.cumsum(same[order]), np.arange(1, len(order) + 1)
    f1 = 2 * right / (found + true)
    # A threshold cannot part pairs of one probability: only the last of them counts.
    last = np.append(np.diff(probability[order]) != 0, True)
    best = int(np.argmax(np.where(last, f1, 0)))
    half = int(np.count_nonzero(probability >= 0.5))
    return {
        "at_half": rates(int(right[half - 1]) if half else 0, half, true),
        "best": {"f1": round(float(f1[best]), 5), "threshold": float(f"{probability[order][best]:.2g}")},
    }
