"""The month that a return speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from vocabulary.errors import ConfigurationError, Fault

WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, ordered by time."""

    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> Month:
        """From `2026-10`. Raises ValueError for anything else."""
        found = WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError("not a month")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that a day lies in."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first_on(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last_on(self) -> date:
        """Its last day."""
        return self.before(-1).first_on - timedelta(days=1)

    def before(self, months: int) -> Month:
        """So many months earlier; later where negative."""
        count = self.year * 12 + self.number - 1 - months
        return Month(count // 12, count % 12 + 1)


def asked_month(text: str) -> Month:
    """The month that somebody asked for. Raises ConfigurationError for what is none."""
    try:
        return Month.read(text)
    except ValueError:
        raise ConfigurationError(Fault("monthly.month", "--month")) from None
