"""Numbers on paper: identity numbers, certificates, facilities, record numbers. Every one begins with 99 (rights.md), after a certificate's letter."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vocabulary.identity import check_character

OTHER_COUNTIES = tuple(f"99{prefecture:02d}{county:02d}" for prefecture in (4, 5, 6, 7, 21, 22) for county in (1, 2, 3, 21, 22))
"""Where people of other places were first registered: codes that GB/T 2260 gives to nobody."""
SEQUENCES = 500
"""Sequence numbers of one county, day and sex: odd ones for boys, even ones for girls (GB 11643)."""
PRINT_LETTERS = {2024: "Y", 2025: "Z", 2026: "A", 2027: "B"}
"""Letter of a certificate's print year: A was 2000, Z is 2025; what follows Z is not published (domain.md 1.4), A is assumed."""
FACILITIES = {"01": 0.45, "02": 0.30, "03": 0.12, "04": 0.08, "05": 0.05}
"""A county's places of birth and their share of its deliveries: county hospital, mother and child hospital, three small ones."""
CLERKS = 3


def identity_numbers(
    county_codes: NDArray[np.object_], born_on: pd.Series, sexes: NDArray[np.object_], rng: np.random.Generator
) -> NDArray[np.object_]:
    """Valid 18-character numbers, no two alike within a call: county of first registration, birth date, sequence with the sex's parity."""
    frame = pd.DataFrame({"county": county_codes, "day": born_on.dt.strftime("%Y%m%d").to_numpy(), "sex": sexes})
    turn = frame.groupby(["county", "day", "sex"], sort=False).cumcount().to_numpy()
    start = frame.groupby(["county", "day", "sex"], sort=False).ngroup().to_numpy() * 2_654_435_761 % SEQUENCES
    offset = int(rng.integers(SEQUENCES))
    sequence = (start + offset + turn * 137) % SEQUENCES * 2 + np.where(frame["sex"] == "1", 1, 0)
    first17 = frame["county"] + frame["day"] + pd.Series(sequence).map("{:03d}".format)
    return (first17 + first17.map(check_character)).to_numpy(dtype=object)


def certificate_numbers(issued_on: pd.Series, rng: np.random.Generator) -> NDArray[np.object_]:
    """Letter of the print year, 99, seven digits that rise with the day of issue; some blanks are left over from the year before."""
    year = issued_on.dt.year.to_numpy() - (rng.random(len(issued_on)) < np.where(issued_on.dt.month <= 3, 0.5, 0.02))
    order = np.empty(len(issued_on), dtype=np.int64)
    order[np.argsort(issued_on.to_numpy(), kind="stable")] = np.arange(len(issued_on))
    serial = int(rng.integers(100_000, 500_000)) + order * 3 + rng.integers(0, 3, size=len(order))
    letters = np.array([PRINT_LETTERS.get(int(one), "B") for one in year], dtype=object)
    told: NDArray[np.object_] = letters + np.array([f"99{number:07d}" for number in serial], dtype=object)
    return told


def record_numbers(count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Numbers that tell nothing: `99` and ten digits without an order, no two alike."""
    return np.array([f"99{number:010d}" for number in rng.choice(10_000_000_000, size=count, replace=False)], dtype=object)
