"""Which records are struck by which mechanism, and a log of it, so that every mistake can be counted against its rate."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo import mistaken_dates as dates
from demo import mistaken_names as names
from demo import mistaken_numbers as numbers
from demo.chance import Mask
from demo.people import Setting
from demo.rates import Rate, rates

Mechanism = Callable[[pd.DataFrame, str, np.random.Generator], list[Any]]

MECHANISMS: dict[str, Mechanism] = {
    mechanism.__name__: mechanism
    for mechanism in (
        names.homophone, names.look_alike, names.variant, names.transliteration, names.last_part_dropped, names.truncated, names.separator,
        names.spaced, names.placeholder, names.interim_surname, names.milk_name, names.no_name, names.unnamed,
        numbers.missing, numbers.relative_number, numbers.borrowed_number, numbers.partner_number, numbers.one_digit, numbers.transposed, numbers.excel_truncated,
        numbers.old_form, numbers.untidy, numbers.sex_miscoded, numbers.sex_unknown, numbers.plurality_slip, numbers.township_only, numbers.next_village,
        dates.lunar_date, dates.day_lost, dates.day_before_or_after, dates.discharge_date, dates.report_date, dates.digit_slip, dates.year_slip,
        dates.implausible_year, dates.recorded_too_early,
    )
}  # fmt: skip

FAMILY_FIELDS = ("mother_name", "mother_id_number", "father_name", "father_id_number", "division_code", "born_on")
"""Typed once for both twins, if the clerk copies."""
COPIED_FOR_THE_TWIN = 0.7
REPLACING = ("no_name", "unnamed", "milk_name", "missing", "relative_number", "borrowed_number", "partner_number")
"""They leave nothing of what stood there, nor of the mistakes in it."""
FULLY_STRUCK = 0.9
"""Share of a struck file that carries the file's mistake: a clerk notices at times."""


@dataclass
class Log:
    """Which records carry which mistake: `mechanism(field)` -> one truth value a record, in the records' order."""

    size: int
    struck: dict[str, Mask] = field(default_factory=dict)

    def add(self, mistake: str, rows: NDArray[np.int64]) -> None:
        """Note that these rows now carry a mistake."""
        self.struck.setdefault(mistake, np.zeros(self.size, dtype=bool))[rows] = True

    def clear(self, of_field: str, rows: NDArray[np.int64]) -> None:
        """The rows hold something else in that field now."""
        for mistake, mask in self.struck.items():
            if mistake.endswith(f"({of_field})"):
                mask[rows] = False

    def written(self, of_field: str) -> Mask:
        """The rows whose field holds more than a word for nothing."""
        nothing = [mask for name in ("missing", "no_name") if (mask := self.struck.get(f"{name}({of_field})")) is not None]
        return ~np.logical_or.reduce(nothing) if nothing else np.ones(self.size, dtype=bool)

    def copy(self, of_field: str, source: NDArray[np.int64], target: NDArray[np.int64]) -> None:
        """The target rows now hold what the source rows hold in that field."""
        for mistake, mask in self.struck.items():
            if mistake.endswith(f"({of_field})"):
                mask[target] = mask[source]

    def texts(self, registry: str) -> list[str]:
        """One text a record: its mistakes as `registry.mechanism(field)`, joined by ';'."""
        told: list[list[str]] = [[] for _ in range(self.size)]
        for mistake in sorted(self.struck):
            for row in np.flatnonzero(self.struck[mistake]):
                told[row].append(f"{registry}.{mistake}")
        return [";".join(one) for one in told]


def lines_for(registry: str, *, fields: Iterable[str] = (), but: Iterable[str] = ()) -> list[Rate]:
    """The table's lines for a registry, for these fields only, or for all but some."""
    wanted, unwanted = tuple(fields), tuple(but)
    return [
        line
        for line in rates()
        if line.where == registry and line.mechanism in MECHANISMS and (not wanted or line.field in wanted) and line.field not in unwanted
    ]


def strike(records: pd.DataFrame, registry: str, lines: list[Rate], log: Log, setting: Setting) -> None:
    """Make the mistakes of these lines, in place. Records have a clean index 0..n-1 and a `file_no`."""
    for line in lines:
        rng = setting.chance.stream("mistake", registry, line.mechanism, line.field, str(line.whole_file))
        rows = np.flatnonzero(_chosen(records, line, setting, rng) & log.written(line.field) & records[line.field].notna().to_numpy())
        if not len(rows):
            continue
        before = records[line.field].iloc[rows].to_numpy()
        after = np.array(MECHANISMS[line.mechanism](records.iloc[rows], line.field, rng), dtype=before.dtype)
        changed = rows[before != after]
        values = records[line.field].to_numpy(copy=True)
        values[changed] = after[before != after]
        records[line.field] = values
        if line.mechanism in REPLACING:
            log.clear(line.field, changed)
        log.add(f"{line.mechanism}({line.field})", changed)


CARELESS_CLERKS, THEIR_FACTOR, FACTOR_OF_OTHERS = 0.25, 2.5, 0.5
"""Where clerks differ: their share, and how much likelier than the table says each kind of mistake is with them and with the others."""
OFTEN = 0.35
"""Mistakes more common than this are the form's, not the clerk's."""


def _by_clerk(records: pd.DataFrame, line: Rate, setting: Setting) -> NDArray[np.float64]:
    """How much likelier a mistake is on each record: a file is one clerk's month."""
    files = records["file_no"].to_numpy()
    if setting.severity != "clerks" or line.at(setting.severity) > OFTEN:
        return np.ones(len(records))
    rng = setting.chance.stream("clerks", line.where)
    careless = rng.random(int(files.max(initial=0)) + 1) < CARELESS_CLERKS
    factors: NDArray[np.float64] = np.where(careless, THEIR_FACTOR, FACTOR_OF_OTHERS)[files]
    return factors


def _chosen(records: pd.DataFrame, line: Rate, setting: Setting, rng: np.random.Generator) -> Mask:
    """By record, or by whole file. Who has no certificate yet has more often no name yet either."""
    share = line.at(setting.severity)
    if line.whole_file:
        files = records["file_no"].to_numpy()
        return np.asarray((rng.random(int(files.max()) + 1) < share)[files] & (rng.random(len(records)) < FULLY_STRUCK), dtype=bool)
    factor = records["unnamed_factor"].to_numpy() if line.mechanism == "unnamed" else 1.0
    return np.asarray(rng.random(len(records)) < share * factor * _by_clerk(records, line, setting), dtype=bool)


def copy_for_twins(records: pd.DataFrame, registry: str, log: Log, setting: Setting) -> None:
    """The second twin's form repeats what was typed into the first, right or wrong, in place."""
    rng = setting.chance.stream("copied for the twin", registry)
    twins = records[(records["plurality_true"] == 2) & ~records["is_duplicate"]]
    first = twins[twins["birth_order_true"] == 1].set_index("delivery_no")
    second = twins[(twins["birth_order_true"] == 2) & twins["delivery_no"].isin(first.index)]
    source = pd.Series(twins.index[twins["birth_order_true"] == 1], index=first.index).loc[second["delivery_no"]].to_numpy()
    target = second.index.to_numpy()
    copied = (rng.random(len(target)) < COPIED_FOR_THE_TWIN) & (
        records["born_on_true"].to_numpy()[source] == records["born_on_true"].to_numpy()[target]
    )
    source, target = source[copied], target[copied]
    for name in FAMILY_FIELDS:
        if name in records:
            values = records[name].to_numpy(copy=True)
            values[target] = values[source]
            records[name] = values
            log.copy(name, source, target)
