"""How numbers, sexes and places go wrong on their way into a registry. One function a mechanism (domain.md 2.4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo.numbers import identity_numbers

Written = list[str | None]

MISSING_WORDS = ("无", "不详", "/")
WORD_FOR_MISSING = 0.08
"""Share of empty cells that hold a word instead of nothing."""
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def missing(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """Nothing, or a word for nothing, where a number or a parent's name should stand (row 17; domain.md 1.4 for the father)."""
    words = rng.integers(0, len(MISSING_WORDS), size=len(rows))
    spoken = rng.random(len(rows)) < (0.0 if field == "certificate_no" else WORD_FOR_MISSING)
    return [MISSING_WORDS[word] if said else None for word, said in zip(words, spoken, strict=True)]


def relative_number(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """The valid number of another woman of the family: her sister's or her mother's (row 17)."""
    years = np.where(rng.random(len(rows)) < 0.5, rng.normal(0, 3, size=len(rows)), -rng.normal(25, 3, size=len(rows)))
    born_on = rows["mother_born_on"] + pd.to_timedelta(np.round(years * 365.25) + 1, unit="D")
    counties = rows["mother_id_number_true"].str[:6].to_numpy(dtype=object)
    return list(identity_numbers(counties, born_on, np.full(len(rows), "2", dtype=object), rng))


def borrowed_number(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """The number of another woman who was delivered this year: she was admitted under her card (row 17)."""
    return list(rows["other_mother_number"])


def partner_number(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """The father's number in the mother's column (row 17)."""
    return list(rows["father_id_number_true"])


def one_digit(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """One digit typed wrongly; never the leading 99, which says that nobody has this number (row 15)."""

    def slipped(number: str) -> str:
        place = int(rng.integers(3, len(number)))
        other = str((int(number[place]) + int(rng.integers(1, 10))) % 10) if number[place].isdigit() else "0"
        return number[:place] + other + number[place + 1 :]

    return [slipped(number) for number in rows[field]]


def transposed(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """Two neighbouring digits exchanged (row 15)."""

    def exchanged(number: str) -> str:
        place = int(rng.integers(3, len(number) - 2))
        return number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    return [exchanged(number) for number in rows[field]]


def excel_truncated(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """A spreadsheet kept fifteen digits (row 18)."""
    return [number[:15] + "000" if len(number) == 18 else number for number in rows[field]]


def old_form(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """The fifteen digits of GB 11643-1989, which only those have who were sixteen before 2000 (domain.md 1.1)."""
    old = rows["mother_born_on"].dt.year <= 1983
    return [number[:6] + number[8:17] if held and len(number) == 18 else number for number, held in zip(rows[field], old, strict=True)]


def untidy(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """The right number in another dress: small x, full width, an apostrophe, spaces (domain.md 1.1)."""
    kind = rng.integers(0, 4, size=len(rows))
    dressed = (
        (number.lower(), number.translate(WIDE), "'" + number, f"{number[:6]} {number[6:14]} {number[14:]}") for number in rows[field]
    )
    return [forms[choice] for forms, choice in zip(dressed, kind, strict=True)]


def sex_miscoded(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """The other sex (row 16)."""
    return [{"1": "2", "2": "1"}.get(sex, sex) for sex in rows[field]]


def sex_unknown(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """Unknown or not stated (GB/T 2261.1 codes 0 and 9)."""
    return ["0" if unknown else "9" for unknown in rng.random(len(rows)) < 0.5]


def plurality_slip(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> list[int]:
    """A twin written as a single child (row 20)."""
    return [1] * len(rows)


def township_only(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """The village is left open."""
    return [code[:9] + "000" for code in rows[field]]


def next_village(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """Another village of the county, picked from the list by mistake."""
    return list(rows["next_village_code"])
