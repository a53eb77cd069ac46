"""The counties of a deployment that serves many: a CSV with a row a county, its name, and where its own part of each registry comes from.

    county,name,hukou,hospital,family_planning,keeps_numbers
    990101,示例县,postgresql://reader@db1/hukou,file:///srv/drop/990101,,yes
    990102,邻东县,connection,connection,,

A cell says as HEDUI_HUKOU would where the part comes from; `connection`: the Airflow Connection `hedui_hukou_990102`; empty: the county has no part
of its own, its records come with the registry that all such counties share. Counties that are listed are the area served, unless HEDUI_AREA says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vocabulary.errors import ConfigurationError, Fault
from vocabulary.parts import Part

CONNECTION = "connection"
VARIABLE = "HEDUI_COUNTIES"
HEADERS = {"区划代码": "county", "code": "county", "名称": "name", "保留原编号": "keeps_numbers"}
YES = frozenset({"yes", "true", "1", "是"})


@dataclass(frozen=True)
class CountyRow:
    """One county. `sources`: registry -> where its own part comes from (`connection`, or a URL: it may hold a password, and never prints)."""

    code: str
    name: str
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    keeps_numbers: bool = False


@dataclass(frozen=True)
class Counties:
    """All of them, in order of their codes. Without a file there is none, and every registry comes whole."""

    rows: tuple[CountyRow, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The counties served."""
        return tuple(row.code for row in self.rows)

    def name(self, code: str) -> str:
        """A county's name; its code where it has none."""
        return next((row.name for row in self.rows if row.code == code), code)

    def source(self, part: Part) -> str | None:
        """What the file says of a part's source; None where it says nothing."""
        return next((row.sources.get(part.registry) for row in self.rows if row.code == part.county), None)

    def own(self, registry: str) -> tuple[str, ...]:
        """Counties that deliver a part of a registry themselves."""
        return tuple(row.code for row in self.rows if registry in row.sources)

    def parts(self, registries: Iterable[str]) -> tuple[Part, ...]:
        """What is to come tonight: the counties' own parts, and each registry that is shared by those which have none of it."""
        found = []
        for registry in registries:
            own = [Part(registry, row.code, row.keeps_numbers) for row in self.rows if registry in row.sources]
            found += own if own and len(own) == len(self.rows) else [Part(registry), *own]
        return tuple(found)

    def title(self, part: Part) -> str:
        """As a task and a table name a part: `990101 示例县 · hukou`; a shared registry by its name alone."""
        return f"{part.county} {self.name(part.county)} · {part.registry}" if part.county else part.registry


def read_counties(path: Path, registries: Iterable[str], area: tuple[str, ...]) -> Counties:
    """From the file. Raises ConfigurationError with every fault at once; none repeats a cell."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as lines:
            table = [
                {HEADERS.get(str(name).strip(), str(name).strip()): (cell or "").strip() for name, cell in row.items() if name}
                for row in csv.DictReader(lines)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ConfigurationError(Fault("settings.counties_file", VARIABLE, {"problem": type(problem).__name__})) from None
    known = tuple(registries)
    rows = [CountyRow(row.get("county", ""), row.get("name") or row.get("county", ""), {name: row[name] for name in known if row.get(name)}, row.get("keeps_numbers", "").lower() in YES) for row in table]  # fmt: skip
    faults = [Fault("settings.counties_file", place, {"problem": problem}) for place, problem in problems(table, rows, known, area)]
    if faults:
        raise ConfigurationError(faults)
    return Counties(tuple(sorted(rows, key=lambda row: row.code)))


def problems(
    table: list[dict[str, str]], rows: list[CountyRow], registries: tuple[str, ...], area: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """(place, what is wrong there) of a file that can be read."""
    strangers = [name for name in (table[0] if table else ()) if name not in ("county", "name", "keeps_numbers", *registries)]
    if strangers:
        yield VARIABLE, f"unknown columns: {', '.join(strangers)}"
    if not rows:
        yield VARIABLE, "no county"
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        place = f"{VARIABLE} line {number}"
        if not (len(row.code) == 6 and row.code.isascii() and row.code.isdecimal()):
            yield place, "a county without a code of six digits"
        elif row.code in seen:
            yield place, "a county twice"
        elif area and not row.code.startswith(area):
            yield place, "a county outside HEDUI_AREA"
        seen.add(row.code)
    keeping = [row for row in rows if row.keeps_numbers]
    if len(keeping) > 1:
        yield VARIABLE, "more than one county that keeps its numbers"
    for row in keeping:
        for registry in row.sources:
            if any(registry not in other.sources for other in rows):
                yield VARIABLE, f"numbers of {registry} that are kept, beside a {registry} that is shared"
