"""Parts of a registry: one registry may come from several offices, each with the records of one county and with numbers of its own.

A part's key (`hukou`, `hukou-990101`) names its landing, its pages and its map. Two counties may number their records alike, so a record of
a part is known as `990101::its number`; what desks see is the number alone (decision 0033).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a DAG that only asks for keys need not wait for pandas
    import pandas as pd

MARK = "::"
QUALIFIED = re.compile(rf"(\d{{6}}){MARK}")
DASH = "-"


@dataclass(frozen=True, order=True)
class Part:
    """What one office delivers of a registry. `county` empty: the whole registry, or what no county delivers itself.

    `keeps_numbers`: the county was there before there were others, and its records stay known by their bare numbers.
    """

    registry: str
    county: str = ""
    keeps_numbers: bool = False

    @property
    def key(self) -> str:
        """`hukou`, or `hukou-990101`."""
        return f"{self.registry}{DASH}{self.county}" if self.county else self.registry

    @property
    def prefix(self) -> str:
        """What stands before the numbers of its records."""
        return f"{self.county}{MARK}" if self.county and not self.keeps_numbers else ""


def key_of(registry: str, county: str | None) -> str:
    """The key of the part that a row of `accepted/registry.parquet` tells of."""
    return Part(registry, county or "").key


def registry_of(key: str) -> str:
    """The registry of a part's key."""
    return key.partition(DASH)[0]


def own_number(record_id: str) -> str:
    """A record's number as its own office knows it."""
    found = QUALIFIED.match(record_id)
    return record_id[found.end() :] if found else record_id


def shown_to(record_id: str, county: str) -> str:
    """A record's number as a desk of a county reads it: another county's has that county behind it, since both may number alike."""
    prefix = prefix_of(record_id)
    own = prefix.removesuffix(MARK)
    return own_number(record_id) if own in ("", county) else f"{own_number(record_id)}（{own}）"


def prefix_of(record_id: str) -> str:
    """What stands before a record's own number: `990101::`, or nothing."""
    found = QUALIFIED.match(record_id)
    return found[0] if found else ""


def part_counties(record_ids: pd.Series) -> pd.Series:
    """Of each record the county whose part it came with; null where its registry came whole."""
    return record_ids.map(lambda record_id: prefix_of(record_id).removesuffix(MARK) or None, na_action="ignore").astype(object)
