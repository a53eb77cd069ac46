"""Which files of a drop folder are the newest complete delivery of a registry.

**Whose file**: its name begins with the registry's name (`hukou…`), its table (`hukou_registration…`) or its Chinese title
(`户籍登记…`); or it lies in a subfolder so named. Where two registries' names fit, the longer one wins. A folder in which
nothing bears any registry's name was given for this registry alone: then every table in it is its own.
**One delivery** is one file, or several parts: names that differ only in a part number (`…_part2`, `…-2of3`, `…第2部分`,
`…第2部分共3部分`), or all files of a folder inside the registry's subfolder (`hukou/2026-10-31/…`). It is complete when every
part from 1 to the stated total, or to the highest number, is there.
**The newest** is the one with the latest date in its name (`20261031`, `2026-10-31`, `2026年10月31日`), or else the latest
time of its youngest file; a dated name beats an undated one only by that time. A night of a past day reads the newest that is not later than its day.
**Left alone**: hidden files, `~$…`, `.part`, `.tmp`, `.crdownload`, and files that still grow: what is younger than
SETTLED_SECONDS is looked at again until its size and time stand still. Files that hold no table (`.docx`, `.pdf`) are not looked at.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Protocol, Self, TypeVar

from vocabulary.contracts import Registry
from vocabulary.dates import CHINA
from vocabulary.errors import DeliveryRefused, Fault, Unreachable
from vocabulary.registries import REGISTRIES

TABLE_ENDINGS = frozenset({".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods", ".zip", ".rar", ".7z", ".dbf", ".mdb"})
"""Also what we cannot read, so that a delivery in it is refused by name instead of being called missing."""
UNFINISHED = re.compile(r"^[.~]|\.(part|partial|tmp|temp|crdownload|filepart)$", re.IGNORECASE)
PART = re.compile(
    r"[-_ (（]*(?:part|p|第)?\s*(?P<number>\d{1,3})\s*(?:[-_ ]?of[-_ ]?|[部份]分?\s*[,，_-]?\s*共|之)\s*(?P<total>\d{1,3})\s*(?:[部份]分?)?[)）]?$"
    r"|[-_ (（]*(?:part[-_ ]?|第)(?P<only>\d{1,3})\s*(?:[部份]分?)?[)）]?$",
    re.IGNORECASE,
)
DATED = re.compile(r"(?<!\d)(20\d{2})[-._年]?(0[1-9]|1[0-2])[-._月]?(0[1-9]|[12]\d|3[01])(?!\d)")
SETTLED_SECONDS = 3.0
LOOKS = 4
"""A copy that has not ended after this many looks is left to the next try of the task."""


class Standing(Protocol):
    """What tells that a file is still the same."""

    @property
    def st_size(self) -> int: ...
    @property
    def st_mtime(self) -> float: ...


class Place(Protocol):
    """A file or folder: a path of this machine, or one on a server (connectors.sftp_folder), by the same names."""

    @property
    def name(self) -> str: ...
    @property
    def stem(self) -> str: ...
    @property
    def suffix(self) -> str: ...
    @property
    def parent(self) -> Self: ...
    def is_dir(self) -> bool: ...
    def is_file(self) -> bool: ...
    def iterdir(self) -> Iterator[Self]: ...
    def stat(self) -> Standing: ...
    def __lt__(self, other: Self, /) -> bool: ...
    def __hash__(self) -> int: ...


Where = TypeVar("Where", bound=Place)


@dataclass(frozen=True)
class Delivery(Generic[Where]):
    """The files of one delivery in the order of their parts; `told_on` is the date in the name, if there is one."""

    files: tuple[Where, ...]
    told_on: date | None
    complete: bool = True

    @property
    def written_at(self) -> float:
        """Seconds since 1970 of the youngest file."""
        return max(path.stat().st_mtime for path in self.files)

    @property
    def day(self) -> date:
        """The day that the delivery speaks of: as its name says, else the day it was written."""
        return self.told_on or datetime.fromtimestamp(self.written_at, CHINA).date()


def newest_delivery(
    folder: Where, registry: Registry, wait: Callable[[float], None] = time.sleep, until: date | None = None
) -> Delivery[Where]:
    """The newest complete delivery, whose files stand still. `until`: the day of a past night, which must not read what came after it.

    Raises Unreachable (folder gone, files still being written: worth another try) or DeliveryRefused (nothing there, parts missing).
    """
    if folder.is_file():
        found = [Delivery((folder,), told_on(folder.stem))]
    elif folder.is_dir():
        found = deliveries(folder, registry)
    else:
        raise Unreachable(Fault("source.missing_folder", registry.name))
    whole = [delivery for delivery in found if delivery.complete]
    if not whole:
        raise DeliveryRefused(_why_none(found, registry))
    newest = max(whole if until is None else _in_time(whole, registry, until), key=_age)
    if not _settled(newest.files, wait):
        raise Unreachable(Fault("delivery.still_written", f"{registry.name} {newest.files[0].name}"))
    return newest


def _in_time(whole: list[Delivery[Where]], registry: Registry, until: date) -> list[Delivery[Where]]:
    """Those that a past night may read: of its day or earlier; where only undated files came later, these, which are overwritten in place like a database.

    Raises DeliveryRefused where every delivery is dated later.
    """
    fitting = [delivery for delivery in whole if delivery.day <= until] or [delivery for delivery in whole if delivery.told_on is None]
    if not fitting:
        first = min(delivery.day for delivery in whole)
        raise DeliveryRefused(Fault("delivery.later", registry.name, {"day": until.isoformat(), "first": first.isoformat()}))
    return fitting


def deliveries(folder: Where, registry: Registry) -> list[Delivery[Where]]:
    """Every delivery of the registry in the folder, complete or not."""
    content = sorted(path for path in folder.iterdir() if not UNFINISHED.search(path.name))
    owners = {path: owner_of(path.name) for path in content if path.is_dir() or _is_table(path)}
    if not any(owners.values()):
        return _within(folder)
    mine = [path for path, owner in owners.items() if owner == registry.name]
    within = [delivery for path in mine if path.is_dir() for delivery in _within(path)]
    return within + list(_grouped(path for path in mine if path.is_file()))


def _within(folder: Where) -> list[Delivery[Where]]:
    """The deliveries of a folder that belongs to one registry: its files, and each folder inside as one delivery."""
    inner = [sorted(filter(_is_table, path.iterdir())) for path in sorted(folder.iterdir()) if path.is_dir()]
    return [_together(files) for files in inner if files] + list(_grouped(sorted(filter(_is_table, folder.iterdir()))))


def owner_of(name: str) -> str | None:
    """The registry whose name, table or Chinese title a file name begins with; the longest wins."""
    tidy = unicodedata.normalize("NFKC", name).lower()
    claims = [
        (len(start), registry.name)
        for registry in REGISTRIES.values()
        for start in (registry.name, registry.table, registry.title_zh)
        if tidy.startswith(start.lower()) and not tidy[len(start) : len(start) + 1].isascii() * tidy[len(start) : len(start) + 1].isalpha()
    ]
    return max(claims)[1] if claims else None


def told_on(name: str) -> date | None:
    """The last date that stands in a name."""
    for found in reversed(list(DATED.finditer(unicodedata.normalize("NFKC", name)))):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            continue
    return None


def _is_table(path: Place) -> bool:
    return path.is_file() and path.suffix.lower() in TABLE_ENDINGS and not UNFINISHED.search(path.name)


def _together(files: list[Where]) -> Delivery[Where]:
    """All tables of one folder are one delivery, dated by the folder's name or else by a file's."""
    days = [day for path in files if (day := told_on(path.stem))]
    numbered = list(_grouped(files))
    return Delivery(tuple(files), told_on(files[0].parent.name) or max(days, default=None), all(part.complete for part in numbered))


def _grouped(files: Iterable[Where]) -> Iterator[Delivery[Where]]:
    """Files whose names differ only in their part number are one delivery."""
    groups: dict[tuple[Where, str, str], list[tuple[int, int, Where]]] = {}
    for path in files:
        found = PART.search(path.stem)
        # A date such as 2026-10-31 ends in digits too; only a stem that still has a name before the part is a part.
        stem = path.stem[: found.start()] if found else path.stem
        number = int(found["number"] or found["only"]) if found else 0
        total = int(found["total"] or 0) if found else 0
        groups.setdefault((path.parent, stem, path.suffix.lower()), []).append((number, total, path))
    for (_, stem, _), parts in groups.items():
        parts.sort()
        numbers = [number for number, _, _ in parts]
        expected = max(max(total for _, total, _ in parts), max(numbers))
        complete = numbers in ([0], list(range(1, expected + 1)))
        yield Delivery(tuple(path for _, _, path in parts), told_on(stem), complete)


def _age(delivery: Delivery[Where]) -> tuple[date, float, str]:
    return delivery.day, delivery.written_at, delivery.files[0].name


def _why_none(found: list[Delivery[Where]], registry: Registry) -> Fault:
    if not found:
        return Fault("delivery.not_found", registry.name, {"name": registry.name, "title": registry.title_zh})
    newest = max(found, key=_age)
    return Fault("delivery.incomplete", f"{registry.name} {newest.files[0].name}", {"count": len(newest.files)})


def _settled(files: tuple[Where, ...], wait: Callable[[float], None]) -> bool:
    """Whether the files are old enough, or stand still while we look. A clock that runs ahead cannot make a file young for ever."""
    for _ in range(LOOKS):
        before = [(path.stat().st_size, path.stat().st_mtime) for path in files]
        age = time.time() - max(changed for _, changed in before)
        if age >= SETTLED_SECONDS:
            return True
        wait(SETTLED_SECONDS - max(age, 0.0))
        if [(path.stat().st_size, path.stat().st_mtime) for path in files] == before:
            return True
    return False
