"""Front door: what a registry's source holds, in counts. Reads nothing but the contract's columns, keeps nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from urllib.parse import unquote

import pyarrow as pa

from connectors.complaints import Complaints
from connectors.database import read_table
from connectors.delivered_files import DeliveredFile
from connectors.drop_folder import newest_delivery
from connectors.profiling.codes import Codes
from connectors.profiling.days import Days
from connectors.profiling.distance import distance
from connectors.profiling.divisions import Divisions
from connectors.profiling.filled import Filled
from connectors.profiling.names import Names
from connectors.profiling.numbers import Numbers
from connectors.profiling.offered import BLOCKED, Offer, database_offer, file_offer, reduced
from connectors.profiling.small import counted
from connectors.profiling.twice import Twice
from connectors.profiling.which import registry_of
from connectors.sftp_source import SftpFolder
from connectors.sources import Database, Source
from vocabulary.areas import Areas
from vocabulary.contracts import Registry
from vocabulary.dates import CHINA
from vocabulary.errors import DeliveryRefused, Fault

OF_THE_HEADER = frozenset({"delivery.unknown_column", "delivery.missing_column", "delivery.ambiguous_header"})


class Look(Protocol):
    """One subject: takes in every table, and tells at the end."""

    def add(self, table: pa.Table) -> None:
        """Take in a table of text columns."""

    def told(self) -> Any:
        """Counts, small ones hidden."""


@dataclass(frozen=True)
class Asked:
    """What is to be looked at; without `registry` it is guessed, `table` is a view by another name than the contract's."""

    source: Source
    registry: str | None = None
    table: str | None = None
    areas: Areas = field(default_factory=Areas)
    area: tuple[str, ...] = ()


def profile(asked: Asked, today: date) -> dict[str, Any]:
    """Counts only, the small ones hidden. Raises Unreachable, ConfigurationError, or DeliveryRefused for a blocked column, which is named."""
    registry = registry_of(asked.source, asked.registry, asked.table)
    if asked.table:
        registry = replace(registry, table=asked.table)
    with TemporaryDirectory(prefix="hedui-profile-") as fetched:
        reading = Reading(asked.source, registry, Path(fetched))
        offer = reading.offer()
        looks = _look(reading, registry, offer, asked, today)
    return {
        "registry": registry.name,
        "title": {"zh": registry.title_zh, "en": registry.title_en},
        "source": unquote(asked.source.label),
        "files": [file.name for file in reading.files],
        "profiled_at": datetime.now(CHINA).isoformat(timespec="minutes"),
        "rows": counted(reading.rows, reading.rows)["rows"],
        "distance": distance(registry, offer, reading.faults(offer), reading.long_numbers),
        **looks,
    }


@dataclass
class Reading:
    """The rows of a source, however far it is from its contract; `rows` and the faults are whole once `tables` is exhausted."""

    source: Source
    registry: Registry
    fetched: Path
    """Where files of a server are kept while they are read; gone afterwards."""
    rows: int = 0
    files: tuple[Path, ...] = ()
    long_numbers: Counter[str] = field(default_factory=Counter)
    complaints: Complaints = field(default_factory=Complaints)

    def offer(self) -> Offer:
        """What there is to read."""
        if isinstance(self.source, Database):
            return database_offer(self.source, self.registry)
        if isinstance(self.source, SftpFolder):
            from connectors.sftp_folder import fetch  # an extra: hedui[sftp]

            self.files = fetch(self.source, self.registry, self.fetched).files
        else:
            self.files = newest_delivery(self.source.path, self.registry).files
        return file_offer(self.files, self.registry)

    def tables(self, present: Registry) -> Iterator[pa.Table]:
        """Tables of the contract's columns that are there. Raises as reading does, and DeliveryRefused for a blocked value."""
        if isinstance(self.source, Database):
            yield from self._counted(read_table(self.source, present))
            return
        for path in self.files:
            file = DeliveredFile(path, present, self.complaints)
            yield from self._counted(file.tables())
            self.long_numbers.update(file.long_numbers)
        if blocked := [fault for fault in self.complaints.faults(self.registry.name) if fault.code in BLOCKED]:
            raise DeliveryRefused(blocked)

    def _counted(self, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        for table in tables:
            self.rows += table.num_rows
            yield table

    def faults(self, offer: Offer) -> list[Fault]:
        """What would refuse a delivery: faults of its header, then those of its cells."""
        cells = [fault for fault in self.complaints.faults(self.registry.name) if fault.code not in OF_THE_HEADER]
        return [*offer.faults, *(fault for fault in cells if fault not in offer.faults)]


def _look(reading: Reading, registry: Registry, offer: Offer, asked: Asked, today: date) -> dict[str, Any]:
    """Every look at the rows, in one pass; none where no column of the contract is there."""
    if not offer.columns:
        return {}
    present = reduced(registry, offer.columns)
    looks: dict[str, Look] = {
        "filled": Filled(present),
        "codes": Codes(present),
        "days": Days(present, today),
        "names": Names(present),
        "numbers": Numbers(present),
        "twice": Twice(present),
        "divisions": Divisions(asked.areas, asked.area, today),
    }
    for table in reading.tables(present):
        if table.num_rows:
            for look in looks.values():
                look.add(table)
    return {name: look.told() for name, look in looks.items()}
