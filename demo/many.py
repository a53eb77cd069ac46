"""A sample of several counties as their own offices would deliver it: one database a county and registry, and the file that lists them.

A row goes to the office that made it: a registration to the county of its address, a hospital's record to the hospital's county, a report to the
county of its unit. So mothers of one county stand in another's hospital book, as they do.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from demo.county import County
from vocabulary.parts import Part
from vocabulary.registries import REGISTRIES
from vocabulary.runs import PRIVATE_FILE, private_folder, write_parquet, write_private

MADE_BY = {"hukou": "division_code", "hospital": "facility_code", "family_planning": "reporting_unit_code"}
"""The column that says whose row it is."""


@dataclass(frozen=True)
class Counties:
    """Where the parts lie. `databases`: county -> registry -> file; `truth`: as County's, with the numbers by which hedui knows records."""

    folder: Path
    file: Path
    areas: Path
    truth: Path
    databases: Mapping[str, Mapping[str, Path]]

    def environment(self) -> dict[str, str]:
        """The variables by which a night reads these counties."""
        return {"HEDUI_COUNTIES": str(self.file), "HEDUI_AREAS": str(self.areas)}


def in_parts(whole: County, folder: Path, *, renumbered: bool = False) -> Counties:
    """Give every served county its own databases. `renumbered`: each office counts its records from one, so that numbers of counties collide.

    `numbers.parquet` says of each record (registry, record_id as in the whole) by which number hedui knows it (known_as).
    """
    private_folder(folder)
    databases: dict[str, dict[str, Path]] = {county: {} for county in whole.area}
    truths = []
    for registry, source in whole.databases.items():
        truths.append(parted(registry, source, databases, folder, renumbered))
    known = pd.read_parquet(whole.truth / "record.parquet")
    numbers = pd.concat(truths, ignore_index=True)
    write_parquet(numbers, folder / "numbers.parquet")
    numbered = numbers.merge(known, on=["registry", "record_id"], validate="one_to_one")
    told = (
        numbered.assign(record_id=numbered["known_as"]).drop(columns=["known_as"]).sort_values(["registry", "record_id"], ignore_index=True)
    )
    truth = private_folder(folder / "truth")
    write_parquet(told, truth / "record.parquet")
    write_private(truth / "birth.parquet", (whole.truth / "birth.parquet").read_bytes())
    return Counties(folder, list_of(databases, whole, folder), whole.areas, truth, databases)


def parted(registry: str, source: Path, databases: Mapping[str, dict[str, Path]], folder: Path, renumbered: bool) -> pd.DataFrame:
    """One registry's rows into its counties' databases; registry, record_id, known_as of each."""
    contract = REGISTRIES[registry]
    place = f"substr({MADE_BY[registry]}, 1, 6)"
    others = ", ".join(name for name in contract.column_names if name != contract.key)
    told = []
    with sqlite3.connect(source) as connection:
        connection.execute(f"CREATE INDEX IF NOT EXISTS made_by ON {contract.table} ({place})")  # 100 counties are not 100 readings
        (schema,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [contract.table]).fetchone()
        connection.commit()
        for county, files in databases.items():
            path = private_folder(folder / county) / f"{registry}.db"
            path.unlink(missing_ok=True)
            with sqlite3.connect(path) as part:
                part.execute(schema)
            connection.execute("ATTACH ? AS part", [str(path)])
            number = f"printf('%06d', row_number() OVER (ORDER BY {contract.key}))" if renumbered else contract.key
            chosen = f"FROM {contract.table} WHERE {place} = ?"
            connection.execute(
                f"INSERT INTO part.{contract.table} ({contract.key}, {others}) SELECT {number}, {others} {chosen} ORDER BY {contract.key}",
                [county],
            )
            rows = connection.execute(f"SELECT {contract.key}, {number} {chosen}", [county]).fetchall()
            connection.commit()
            connection.execute("DETACH part")
            path.chmod(PRIVATE_FILE)
            files[registry] = path.resolve()
            told += [(registry, key, Part(registry, county).prefix + own) for key, own in rows]
    return pd.DataFrame(told, columns=["registry", "record_id", "known_as"])


def list_of(databases: Mapping[str, Mapping[str, Path]], whole: County, folder: Path) -> Path:
    """`counties.csv`: a row a county, its name, and the address of each of its parts."""
    areas = pd.read_csv(whole.areas, dtype=str, keep_default_na=False).drop_duplicates("code", keep="last").set_index("code")["name"]
    path = folder / "counties.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["county", "name", *whole.databases])
        for county, files in sorted(databases.items()):
            writer.writerow([county, areas.get(county, county), *(f"sqlite:///{files[registry]}" for registry in whole.databases)])
    path.chmod(PRIVATE_FILE)
    return path
