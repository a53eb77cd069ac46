"""Thirty nights backfilled in order, and each of them replayed.

`python -m bench.backfill [--births 5493] [--nights 30] [--seed 31] [--keep FOLDER]` prints Markdown. The county's registries deliver a file a
day, dated by it: records arrive, and those that are corrected later have their first content before. The nights are run by `hedui backfill`,
the replays by `hedui replay --all`, each a process of its own. After the middle night its desks answer a part of their lists, so that later
nights know of people's decisions. Nights of changes looked at changes only; their replay links everything anew and must say the same.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import demo
from tests.night.sixty import Life
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run
from vocabulary.settings import Settings, source_variable

LAST = date(2026, 10, 30)


@contextmanager
def place(kept: Path | None) -> Iterator[Path]:
    """A folder of its own."""
    if kept is not None:
        kept.mkdir(parents=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="hedui-bench-") as folder:
        yield Path(folder)


def county(folder: Path, births: int, seed: int) -> Life:
    """The county, and an environment in which its registries are one folder of deliveries."""
    demo.build(folder / "county", births=births, seed=seed, severity="normal")
    told = {source_variable(name): (folder / "county" / "delivered").as_uri() for name in REGISTRIES}
    told |= {"HEDUI_HOME": str(folder / "home"), "HEDUI_AREAS": str(folder / "county" / "areas.csv"), "HEDUI_AREA": "990101"}
    os.environ.update(told | {"HEDUI_LOCALE": "en"})
    return Life.of(folder / "county", Settings.from_environment())


@dataclass(frozen=True)
class Ran:
    """A command: its exit code and answer, seconds by the clock and by the processor; other work on the machine sways the latter less."""

    code: int
    told: dict[str, Any]
    seconds: float
    work: float


def command(*words: str) -> Ran:
    """A hedui command in a process of its own."""
    started, worked = time.perf_counter(), work_of_children()
    ran = subprocess.run([sys.executable, "-m", "hedui.main", *words, "--json"], capture_output=True, text=True, check=False)
    if not ran.stdout.strip():
        raise SystemExit(ran.stderr)
    told = json.loads(ran.stdout.strip().splitlines()[-1])
    return Ran(ran.returncode, told, time.perf_counter() - started, work_of_children() - worked)


def work_of_children() -> float:
    """Processor seconds of all processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def backfill(first: date, last: date) -> Ran:
    """Nights of a span; ends here where one broke down."""
    ran = command("backfill", "--from", first.isoformat(), "--to", last.isoformat())
    if ran.code:
        raise SystemExit(f"backfill ended with {ran.code}: {ran.told['nights'][-1]['faults']}")
    return ran


def seconds_of(home: Path, run_id: str) -> float:
    """Of a night's stages together, as its report says."""
    told = json.loads((home / "runs" / run_id / "report.json").read_text(encoding="utf-8"))
    return float(sum(stage["seconds"] for stage in told["stages"].values()))


def looked_at_changes(home: Path, run_id: str) -> bool:
    """Whether a night was linked from the base of another."""
    told = json.loads((home / "runs" / run_id / "linked" / "basis.json").read_text(encoding="utf-8"))
    return bool(told["run_id"] != run_id)


def row(name: str, count: int, seconds: Sequence[float], identical: str = "") -> str:
    """A row of the table."""
    return f"| {name} | {count} | {statistics.median(seconds):.1f} | {max(seconds):.1f} | {sum(seconds):.0f} | {identical} |"


def measured(folder: Path, births: int, nights: int, seed: int) -> tuple[list[Ran], Ran, int]:
    """Both halves of the backfill, the replay, and how many answers were taken between the halves."""
    life = county(folder, births, seed)
    days = [LAST - timedelta(days=nights - 1 - number) for number in range(nights)]
    for day in days:
        life.hand_over(day, folder / "county" / "delivered")
    middle = days[nights // 2]
    halves = [backfill(days[0], middle)]
    answered = life.answer(Run.load(life.settings, halves[0].told["nights"][-1]["run_id"]), middle).taken
    halves.append(backfill(days[0], days[-1]))
    return halves, command("replay", "--all"), answered


def say(home: Path, halves: Sequence[Ran], replaying: Ran, answered: int) -> None:
    """The table and what stands below it."""
    nights = [night for half in halves for night in half.told["nights"]]
    again = replaying.told["nights"]
    changes = [one for one in again if looked_at_changes(home, one["run_id"])]
    same_bytes = sum(all(table["same_bytes"] for table in one["tables"]) for one in again)
    print("| | nights | seconds each, median | slowest | together | identical |\n|---|---|---|---|---|---|")
    print(row("backfill: stages of a night", len(nights), [seconds_of(home, night["run_id"]) for night in nights]))
    print(row("replay", len(again), [one["seconds"] for one in again], f"{identical(again)}, {same_bytes} to the last byte"))
    print(row("of these, nights of changes", len(changes), [one["seconds"] for one in changes], identical(changes)))
    counts, filling = nights[-1]["counts"], sum(half.seconds for half in halves)
    work = sum(half.work for half in halves) / len(nights), replaying.work / len(again)
    print(f"\nLast night: {counts['records']:,} records, {counts['births']:,} births. {answered} answers were taken in the middle.")
    print(f"Backfill {filling:.0f} s, {work[0]:.1f} processor seconds a night; replay {replaying.seconds:.0f} s, {work[1]:.1f} a night.")


def identical(again: Sequence[dict[str, Any]]) -> str:
    """How many nights said the same."""
    return f"{sum(one['identical'] for one in again)} of {len(again)}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--births", type=int, default=5493)
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--keep", type=Path, help="leave everything in this folder, which must not be there")
    wanted = parser.parse_args()
    with place(wanted.keep) as folder:
        say(folder / "home", *measured(folder, wanted.births, wanted.nights, wanted.seed))


if __name__ == "__main__":
    main()
