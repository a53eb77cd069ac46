"""Months with nothing wrong but what every county has: how often does a gate ring all the same?

`python -m bench.clean_months --counties 23 --first-seed 601 --folder FOLDER` makes counties of 800, 2,000 and 5,493 births, lands, accepts and links each, and judges its last
nine months. The table is judged as it is counted; that it survives being written is the business of `bench.month_defects`.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from datetime import date
from pathlib import Path

from sql import returns
from submission.gates.evidence import Evidence
from submission.gates.objection import Objection, Severity
from submission.gates.objections import judged
from submission.monthly.assemble import no_revisions
from submission.monthly.judge import landing_of, record_counts, unknown_births
from submission.monthly.table import UNIT, table
from vocabulary.areas import Areas
from vocabulary.months import Month
from vocabulary.runs import Run
from vocabulary.settings import Settings

AS_OF, LAST = date(2026, 10, 31), Month(2026, 10)
MONTHS = 9
"""With the three that must lie before the first of them, all that a county's year has."""
FIRST_SEED = 501
"""Of the counties on which the gates' limits were set; others are for reporting (`--first-seed`)."""
SIZES = (800, 2000, 5493)


def settings_of(place: Path) -> Settings:
    """An invented county's installation, as its night knows it."""
    area = json.loads((place / "demo" / "county.json").read_text(encoding="utf-8"))["area"]
    os.environ.update({"HEDUI_HOME": str(place), "HEDUI_AREAS": str(place / "demo" / "areas.csv"), "HEDUI_AREA": ",".join(area)})
    return Settings.from_environment()


def linked(place: Path, births: int, seed: int, severity: str) -> Run:
    """The night of a new county, as far as its links."""
    from connectors import land
    from expectations import accept
    from hedui.demo import build_county
    from matching import link
    from sql import state
    from vocabulary.registries import REGISTRIES

    os.environ.update(build_county(place / "demo", {"births": births, "seed": seed, "severity": severity}))
    settings = settings_of(place)
    run_id = state.open_run(AS_OF)
    for name in REGISTRIES:
        land.night(run_id, name)
    accept.night(run_id)
    link.night(run_id)
    return Run.load(settings, run_id)


def judged_months(settings: Settings, run: Run, count: int = MONTHS) -> dict[str, list[Objection]]:
    """Month -> everything that the gates say of its return."""
    facts, areas = returns.facts_of(settings, run), Areas.load(settings.areas_path)
    landing, rows = landing_of(run), record_counts(run)
    told = {}
    for month in (LAST.before(back) for back in range(count)):
        lines = table(facts.birth, month, areas, facts.served)
        born = facts.birth["born_in"].eq(str(month)) & facts.birth["fate"].eq("counted")
        evidence = Evidence(
            month=month, as_of=run.as_of, version=1, served=facts.served, lines=lines, sheet=lines.drop(columns=list(UNIT)),
            births=facts.birth, unit_month=facts.unit_month, item_month=facts.item_month, open_pair=facts.open_pair, delivery=facts.delivery,
            changes=no_revisions(facts, areas), coverage={"estimate": None, "lower_bound": int(born.sum())}, landing=landing,
            record_counts=rows, unknown_births=unknown_births(run, facts.birth[born]),
        )  # fmt: skip
        told[str(month)] = judged(evidence)
    return told


def main() -> None:
    """Print every objection to a clean month, and the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=23)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--severity", default="normal")
    parser.add_argument("--folder", type=Path, required=True)
    wanted = parser.parse_args()
    months, blocked, warned, which = 0, 0, 0, Counter[str]()
    for number in range(wanted.counties):
        seed, births = wanted.first_seed + number, SIZES[number % len(SIZES)]
        place = wanted.folder / f"{wanted.severity}-{births}-{seed}"
        done = next(iter(sorted(place.glob("runs/*/linked"))), None)
        run = Run.load(settings_of(place), done.parent.name) if done else linked(place, births, seed, wanted.severity)
        for month, found in judged_months(settings_of(place), run).items():
            loud = [one for one in found if one.severity is not Severity.NOTE]
            months += 1
            blocked += any(one.severity is Severity.BLOCK for one in loud)
            warned += any(one.severity is Severity.WARNING for one in loud)
            which.update(f"{one.severity} {one.gate} {one.code}" for one in loud)
            for one in loud:
                print(f"{births} {seed} {month} {one.text('en')}", flush=True)
        print(f"{months} months: blocked {blocked}, with a warning {warned} ({warned / months:.1%}); {dict(which)}", flush=True)


if __name__ == "__main__":
    main()
