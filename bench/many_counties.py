"""One night of a province whose counties deliver themselves: seconds of each stage, peak memory, how good it was; then a night on which one county's register is broken.

`python -m bench.many_counties FOLDER --counties 100 --births 10000` makes the counties once and keeps them in the folder. The night is `hedui nightly`, the real DAG
with a landing mapped over 300 deliveries, in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from bench.one_night import judged
from demo import County, build
from demo.chance import Chance
from demo.many import Counties, in_parts
from demo.places import laid_out
from vocabulary.registries import REGISTRIES
from vocabulary.settings import Settings

AS_OF, SEED = date(2026, 10, 31), 41
STAGES = ("land", "accept", "link", "find", "publish")


def whole(folder: Path, births: int, counties: int) -> County:
    """All counties as one world, so that mothers of one are delivered in another; made once."""
    if not (folder / "truth" / "birth.parquet").is_file():
        return build(folder, births * counties, seed=SEED, as_of=AS_OF, counties=counties)
    area = laid_out(births * counties, AS_OF, Chance(SEED), counties).served
    databases = {name: folder / f"{name}.db" for name in REGISTRIES}
    urls = {name: f"sqlite:///{path}" for name, path in databases.items()}
    return County(folder, urls, databases, folder / "areas.csv", folder / "truth", area, AS_OF, births * counties, SEED, "normal")


def parts(folder: Path, births: int, counties: int) -> Counties:
    """Every county's own three databases, made once."""
    made = folder / "parts"
    if not (made / "truth" / "birth.parquet").is_file():
        in_parts(whole(folder / "whole", births, counties), made)
    databases = {path.name: {name: path / f"{name}.db" for name in REGISTRIES} for path in sorted(made.glob("99????"))}
    return Counties(made, made / "counties.csv", folder / "whole" / "areas.csv", made / "truth", databases)


def one(home: Path) -> dict[str, Any]:
    """A night by `hedui nightly`; its report, with the whole of its seconds and the peak of its memory."""
    from hedui.nightly import run_night

    started = time.perf_counter()
    told = run_night(Settings.from_environment(), AS_OF, quiet=False)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    told["peak_gib"] = int(status.partition("VmHWM:")[2].split()[0]) / 2**20
    told["whole_seconds"] = time.perf_counter() - started
    told["processor_seconds"] = sum(os.times()[:4])  # the clock is that of a machine that others use as well
    (home.parent / f"{told['run_id']}.json").write_text(json.dumps(told), encoding="utf-8")
    return told


def night(folder: Path, made: Counties) -> dict[str, Any]:
    """The same in a process of its own."""
    environment = {**os.environ, **made.environment(), "HEDUI_HOME": str(folder / "home")}
    ran = subprocess.run(
        [sys.executable, "-m", "bench.many_counties", str(folder), "--one"], env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if ran.returncode:
        raise SystemExit(ran.returncode)
    told: dict[str, Any] = json.loads(ran.stdout.strip().splitlines()[-1])
    return told


def broken(database: Path) -> None:
    """A view whose administrator renamed a column overnight."""
    with sqlite3.connect(database) as connection:
        connection.execute("ALTER TABLE hukou_registration RENAME COLUMN mother_name TO mothers_name")


def mended(database: Path) -> None:
    """As it was."""
    with sqlite3.connect(database) as connection:
        connection.execute("ALTER TABLE hukou_registration RENAME COLUMN mothers_name TO mother_name")


def others_apart(first: Path, second: Path, county: str) -> tuple[int, int]:
    """Findings outside a county that differ between two nights; and how many of that county's absences the second withholds."""
    one, two = (pd.read_parquet(run / "findings" / "finding.parquet") for run in (first, second))
    sides = [set(map(tuple, rows[~rows["division_code"].str.startswith(county, na=False)].astype(str).to_numpy())) for rows in (one, two)]
    absent = [
        int((rows["kind"].eq("not_registered") & rows["division_code"].str.startswith(county, na=False)).sum()) for rows in (one, two)
    ]
    return len(sides[0] ^ sides[1]), absent[0] - absent[1]


def row(name: str, told: dict[str, Any]) -> str:
    """One line of the table."""
    seconds = [f"{told['stages'][stage]['seconds']:.0f}" for stage in STAGES]
    registries = told["registries"]
    fresh = sum(each["status"] == "fresh" for each in registries)
    return f"| {name} | {fresh} of {len(registries)} | {' | '.join(seconds)} | {told['whole_seconds']:.0f} | {told['processor_seconds']:.0f} | {told['peak_gib']:.2f} | {sum(told['findings'].values()):,} |"


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--counties", type=int, default=100)
    parser.add_argument("--births", type=int, default=10_000)
    parser.add_argument("--one", action="store_true")
    wanted = parser.parse_args()
    if wanted.one:
        print(json.dumps(one(wanted.folder / "home")))
        return
    made = parts(wanted.folder, wanted.births, wanted.counties)
    first = night(wanted.folder, made)
    print("| night | delivered | " + " | ".join(STAGES) + " | whole s | processor s | peak GiB | findings |\n|" + "---|" * 11)
    print(row("all counties", first), flush=True)
    quality = judged(Path(first["folder"]), made.truth)
    print(json.dumps({name: quality[name] for name in ("links", "list", "bereaved", "outsiders")}), flush=True)
    county = sorted(made.databases)[0]
    broken(made.databases[county]["hukou"])
    try:
        second = night(wanted.folder, made)
    finally:
        mended(made.databases[county]["hukou"])
    print(row(f"{county}'s register refused", second))
    apart, withheld = others_apart(Path(first["folder"]), Path(second["folder"]), county)
    print(
        f"findings of other counties that differ: {apart}; absences of {county} withheld: {withheld}; open faults: {[each['code'] for each in second['faults']]}"
    )


if __name__ == "__main__":
    main()
