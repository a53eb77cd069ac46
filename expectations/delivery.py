"""One delivery made ready to be examined: canonical row order, its texts, their readings, and the facts about each row.

Grain everywhere: one landed row, index `row_no`, numbered in canonical order, so that the order in which a source
happened to send its rows changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from expectations.reading import by_distinct, read_column, without_blanks
from expectations.thresholds import CERTIFICATE_LETTER_YEARS_BEFORE
from vocabulary import identity
from vocabulary.contracts import ColumnKind, Registry

LETTER_A_YEAR = 2000
"""A certificate's letter is its print year, A = 2000 … Z = 2025 (domain.md 1.4)."""
LETTERS = 26
CHILD_NUMBER = "child_id_number"
EXPECTED_SEX = {"mother_id_number": "2", "father_id_number": "1"}


@dataclass(frozen=True)
class Examined:
    """What is kept of a delivery once it was judged: counts. `days_since_update`: as Delivery says."""

    rows_landed: int
    identical_copies: int
    later_rows: int
    days_since_update: int | None


@dataclass(frozen=True)
class Delivery:
    """`landed`: texts as they came; `texts`: stripped, blanks null; `readings`: typed, unreadable null; `facts`: derived columns."""

    registry: Registry
    as_of: date
    rows_landed: int
    landed: pd.DataFrame
    texts: pd.DataFrame
    readings: pd.DataFrame
    facts: pd.DataFrame
    later: pd.Series

    @property
    def identical_copies(self) -> int:
        """Rows that say exactly what another row says; they count once."""
        return self.rows_landed - len(self.landed)

    @property
    def later_rows(self) -> int:
        """Rows that came after the as-of day, as a past night sees that is run again."""
        return int(self.later.sum())

    @property
    def days_since_update(self) -> int | None:
        """Days between the newest change and the as-of day, 0 where it is later; None where no change can be read."""
        if "days_since_update_count" not in self.facts:
            return None
        newest = self.facts["days_since_update_count"].min()
        return None if pd.isna(newest) else max(int(newest), 0)

    @property
    def examined(self) -> Examined:
        """Its counts without its rows."""
        return Examined(self.rows_landed, self.identical_copies, self.later_rows, self.days_since_update)

    @property
    def frame(self) -> pd.DataFrame:
        """What the suite examines: the texts that were really delivered, beside the facts."""
        delivered = [name for name in self.texts.columns if name in self.landed.columns]
        strangers = [name for name in self.landed.columns if name not in self.texts.columns]
        return pd.concat([self.texts[delivered], self.landed[strangers], self.facts], axis=1)


def prepare(registry: Registry, landed: pd.DataFrame, as_of: date) -> Delivery:
    """A delivery as landed (all texts, any row order) -> ready to be examined. Identical copies of a row are one row."""
    ordered = canonical(landed, registry.key)
    columns = {
        name: without_blanks(ordered[name], name) if name in ordered else pd.Series(None, index=ordered.index, dtype=object)
        for name in registry.column_names
    }
    texts = pd.DataFrame(columns, index=ordered.index)
    readings = pd.DataFrame({column.name: read_column(texts[column.name], column) for column in registry.columns}, index=ordered.index)
    facts = row_facts(registry, texts, readings, as_of)
    return Delivery(registry, as_of, len(landed), ordered, texts, readings, facts, came_later(registry, readings, as_of))


def came_later(registry: Registry, readings: pd.DataFrame, as_of: date) -> pd.Series:
    """Rows that the registry did not have on the as-of day: recorded after it, and written after it.

    A date in the future that was written before is a slip of the pen: it stays, and is found (`implausible_date`). Where
    the date of record may be empty (a certificate's issue), the day of birth says when a record can have begun.
    """
    told = [column.name for column in registry.columns if "recorded_on" in registry.fields_of(column.name) and not column.missing_ok]
    told += [column.name for column in registry.columns if "born_on" in registry.fields_of(column.name)]
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    recorded = pd.to_datetime(readings[told[0]], errors="coerce")
    return recorded.ge(end) & pd.to_datetime(readings["updated_at"], errors="coerce").ge(end)


def canonical(landed: pd.DataFrame, key: str) -> pd.DataFrame:
    """Rows by key, then by everything else; identical copies dropped; index `row_no`.

    Only rows that share a key, or have none, need the other columns to have an order.
    """
    columns = sorted(landed.columns)
    keys = landed[key] if key in landed else pd.Series(None, index=landed.index, dtype=object)
    unclear = keys.isna() | keys.duplicated(keep=False)
    clear = landed[~unclear].sort_values(key, kind="stable") if key in landed else landed[~unclear]
    rest = landed[unclear].drop_duplicates().sort_values(columns, kind="stable", na_position="first")
    ordered = pd.concat([clear, rest], ignore_index=True)
    ordered.index.name = "row_no"
    return ordered


def row_facts(registry: Registry, texts: pd.DataFrame, readings: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Derived columns that the suites speak of; none holds a person's value."""
    facts: dict[str, pd.Series] = {"copy_no": copy_numbers(texts[registry.key], readings)}
    if "updated_at" in readings:
        facts["days_since_update_count"] = (pd.Timestamp(as_of) - readings["updated_at"].dt.normalize()).dt.days.astype("float64")
    for column in registry.columns:
        if column.name.endswith("_id_number"):
            facts[f"{column.name}_fault"] = identity_faults(column.name, texts, readings)
        if column.kind is ColumnKind.WHOLE:
            facts[f"read_{column.name}"] = readings[column.name].astype("float64")
        if column.codes is not None:
            facts[f"{column.name}_spelling"] = spelling(texts[column.name], readings[column.name])
    if "certificate_no" in readings:
        born_years = birth_years(readings)
        facts["certificate_letter_fits"] = letters_fit(texts["certificate_no"], born_years, as_of)
    return pd.DataFrame(facts, index=texts.index)


def spelling(texts: pd.Series, codes: pd.Series) -> pd.Series:
    """`read` or `unreadable`; null where nothing stands."""
    return codes.notna().map({True: "read", False: "unreadable"}).where(texts.notna(), None)


def copy_numbers(keys: pd.Series, readings: pd.DataFrame) -> pd.Series:
    """0 for the newest row of each key, 1 and on for its other versions; rows without a key are all 0."""
    order = pd.DataFrame({"key": keys, "place": keys.index}, index=keys.index)
    order["updated_at"] = readings.get("updated_at", pd.NaT)
    newest_first = order.sort_values(["updated_at", "place"], ascending=[False, True], na_position="last", kind="stable")
    numbers = newest_first.groupby("key", dropna=True).cumcount().reindex(keys.index)
    return numbers.where(keys.notna(), 0).fillna(0).astype("int64")


def birth_years(readings: pd.DataFrame) -> pd.Series:
    """Year of birth (float, null where unreadable), from whichever column a registry states it in."""
    births = readings["born_on"] if "born_on" in readings else readings["born_at"]
    return pd.to_datetime(births, errors="coerce").dt.year


def identity_faults(name: str, texts: pd.DataFrame, readings: pd.DataFrame) -> pd.Series:
    """A code per row, null where the number holds: what it says of itself first, then against the record's birth date and sex."""
    verdicts = by_distinct(texts[name], identity.examine)
    told = pd.DataFrame(
        {part: [getattr(verdict, part, None) for verdict in verdicts] for part in ("form", "fault", "born_on", "sex")},
        index=texts.index,
        dtype=object,
    )
    faults = told["fault"]
    whole = told["form"].eq("18") & faults.isna()
    if name == CHILD_NUMBER:
        # The 15-digit form ended before any child of these registries was born (domain.md 1.1).
        faults = faults.mask(told["form"].eq("15"), "length")
        stated = pd.to_datetime(readings["born_on"], errors="coerce")
        contradicts = whole & stated.notna() & pd.to_datetime(told["born_on"], errors="coerce").ne(stated)
        other_sex = whole & readings["child_sex"].isin(["1", "2"]) & told["sex"].ne(readings["child_sex"])
        return faults.mask(other_sex, "id_sex").mask(contradicts, "id_birth_date")
    expected = EXPECTED_SEX.get(name)
    return faults.mask(whole & told["sex"].ne(expected), "id_sex") if expected else faults


def first_print_year(certificate_no: str) -> int | None:
    """The year that a certificate's letter stands for in the first round of the alphabet; None for another form."""
    known = re.fullmatch(r"[A-Z][0-9]{9}", certificate_no)
    return LETTER_A_YEAR + ord(certificate_no[0]) - ord("A") if known else None


def letters_fit(certificates: pd.Series, born_years: pd.Series, as_of: date) -> pd.Series:
    """Whether a certificate's letter can be a print year from shortly before the birth to now (re-issue is lawful).

    After Z (2025) the sequence is not published (domain.md 1.4, 7), so letters may begin anew: both readings are allowed.
    """
    first = by_distinct(certificates, first_print_year).astype("float64")
    earliest = born_years - CERTIFICATE_LETTER_YEARS_BEFORE
    fits = np.zeros(len(first), dtype=bool)
    for printed in (first, first + LETTERS):
        fits |= ((printed >= earliest) & (printed <= as_of.year)).to_numpy(dtype=bool)
    unjudged = first.isna() | born_years.isna()
    return pd.Series(fits, index=certificates.index) | unjudged
