"""The settings of an installation, read once from the environment by a front door and passed on as an argument."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vocabulary.counties import CONNECTION, Counties, read_counties
from vocabulary.errors import ConfigurationError, Fault, reader_locale
from vocabulary.parts import Part
from vocabulary.registries import FAULTS as REGISTRY_FAULTS
from vocabulary.registries import REGISTRIES

SNAPSHOT_KEY = "HEDUI_SNAPSHOT_KEY"
"""Read by vocabulary.parquet_files alone."""
STORE = "HEDUI_STORE"
"""Read by vocabulary.store alone."""
NOTICES, METRICS, LOG = "HEDUI_NOTICES", "HEDUI_METRICS", "HEDUI_LOG"
"""Read by `watching` and vocabulary.logs where they are needed: whom to tell, where the metrics' file lies, `json` for lines that programs read."""
AREA_PREFIX = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}")


class Secret:
    """A text that never prints: a URL may hold a password."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


@dataclass(frozen=True)
class Settings:
    """Where things are and whom this installation serves. `area` empty means: the counties that occur in the hukou registry.

    `counties`: those that deliver parts of registries themselves; none where every registry comes whole.
    """

    home: Path
    database: Secret
    sources: Mapping[str, Secret]
    area: tuple[str, ...] = ()
    areas_path: Path | None = None
    locale: str = "zh"
    database_role: str | None = None
    counties: Counties = field(default_factory=Counties)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is to be delivered to a night, by registry and county."""
        return self.counties.parts(REGISTRIES)

    def part(self, key: str) -> Part | None:
        """The part of that key; None where nothing such is to be delivered."""
        return next((part for part in self.parts if part.key == key), None)

    def source_text(self, part: Part) -> Secret | None:
        """Where a part comes from, as the settings say; None where they say nothing, or leave it to an Airflow Connection."""
        if not part.county:
            return self.sources.get(part.registry)
        told = self.counties.source(part)
        return Secret(told) if told and told != CONNECTION else None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """From HEDUI_* variables. Raises ConfigurationError with every fault at once."""
        home = Path(environment.get("HEDUI_HOME") or "var").absolute()
        area = tuple(part.strip() for part in environment.get("HEDUI_AREA", "").split(",") if part.strip())
        faults = [Fault("settings.area", "HEDUI_AREA")] if any(not AREA_PREFIX.fullmatch(part) for part in area) else []
        areas_path = Path(environment["HEDUI_AREAS"]).absolute() if environment.get("HEDUI_AREAS") else None
        if areas_path and not areas_path.is_file():
            faults.append(Fault("settings.areas_file", "HEDUI_AREAS", {"problem": "no such file"}))
        faults += REGISTRY_FAULTS
        if faults:
            raise ConfigurationError(faults)
        counties_path = environment.get("HEDUI_COUNTIES")
        counties = read_counties(Path(counties_path).absolute(), REGISTRIES, area) if counties_path else Counties()
        return cls(
            home=home,
            database=Secret(environment.get("HEDUI_DATABASE") or f"sqlite:///{home / 'hedui.db'}"),
            sources={name: Secret(value) for name in REGISTRIES if (value := environment.get(source_variable(name)))},
            area=area or counties.codes,
            areas_path=areas_path,
            locale=reader_locale(environment),
            database_role=environment.get("HEDUI_DATABASE_ROLE") or None,
            counties=counties,
        )


def source_variable(registry: str, county: str = "") -> str:
    """The environment variable of a registry's source; its lower-case form is the Airflow Connection's id. A county's part has the Connection only."""
    return f"HEDUI_{registry.upper()}_{county}" if county else f"HEDUI_{registry.upper()}"


def in_parts(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether counties deliver parts of registries, before anything is read."""
    return bool(environment.get("HEDUI_COUNTIES"))
