"""The sample county, whole: three source databases, a table of areas, and the truth beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from demo import truth
from demo.capture import known
from demo.chance import Chance
from demo.people import BIRTHS_OF_THE_YEAR, Setting, children, deliveries
from demo.places import laid_out
from demo.rates import Severity
from demo.registries import WRITERS
from demo.sources import contract_rows, write_source
from vocabulary.registries import REGISTRIES
from vocabulary.runs import private_folder, write_parquet, write_private

AS_OF = date(2026, 10, 31)
FEWEST_BIRTHS = 100
"""Below this a year has no twins, no deaths and an empty township or registry."""


@dataclass(frozen=True)
class County:
    """Where everything of a sample county lies. `urls`: registry -> SQLAlchemy URL; `area`: the prefixes that are served."""

    folder: Path
    urls: Mapping[str, str]
    databases: Mapping[str, Path]
    areas: Path
    truth: Path
    area: tuple[str, ...]
    as_of: date
    births: int
    seed: int
    severity: Severity

    def environment(self) -> dict[str, str]:
        """The variables by which a night reads this county (design.md, Contracts)."""
        sources = {f"HEDUI_{registry.upper()}": url for registry, url in self.urls.items()}
        return sources | {"HEDUI_AREA": ",".join(self.area), "HEDUI_AREAS": str(self.areas)}


def build(
    folder: Path,
    births: int = BIRTHS_OF_THE_YEAR,
    *,
    seed: int = 1,
    severity: Severity = "normal",
    as_of: date = AS_OF,
    counties: int | None = None,
) -> County:
    """Make a county of so many live births in the twelve months that end with `as_of`; the same arguments give the same tables.

    `births` counts every live birth, also those of other counties' mothers in this county's wards and those that no registry
    knows. `counties`: over how many counties they are spread, one for each 6,000 unless it is given. Raises ValueError for fewer
    than 100 births a county.
    """
    if births < FEWEST_BIRTHS * (counties or 1):
        raise ValueError(f"a county needs at least {FEWEST_BIRTHS} births, got {births}")
    chance = Chance(seed)
    setting = Setting(births, severity, as_of, laid_out(births, as_of, chance, counties), chance)
    year = known(children(deliveries(setting), setting), setting)
    written = {registry: WRITERS[registry](year, setting) for registry in sorted(WRITERS)}
    private_folder(folder)
    databases = {registry: (folder / f"{registry}.db").resolve() for registry in written}
    urls = {
        registry: write_source(contract_rows(records, REGISTRIES[registry]), REGISTRIES[registry], databases[registry])
        for registry, (records, _) in written.items()
    }
    areas = write_private(folder / "areas.csv", setting.places.areas.to_csv(index=False, lineterminator="\n"))
    beside = private_folder(folder / "truth")
    write_parquet(truth.of_records(written), beside / "record.parquet")
    write_parquet(truth.of_births(year, written), beside / "birth.parquet")
    return County(folder, urls, databases, areas, beside, setting.places.served, as_of, births, seed, severity)
