"""The return of a night that is linked: seconds of each step beyond imports, and the peak memory of the process.

`python -m bench.month_at_size RUN_FOLDER 2026-08` (nothing is written into that installation).
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from sql.returns import facts_in
from submission.gates.evidence import Evidence
from submission.gates.objections import objections
from submission.monthly.assemble import coverage_of, followed_up, no_revisions, write_parts
from submission.monthly.draft import Draft
from submission.monthly.form import told as form
from submission.monthly.judge import landing_of, read_sheet, record_counts, unknown_births
from submission.monthly.revisions import revisions
from submission.monthly.table import table
from vocabulary.areas import Areas
from vocabulary.months import Month
from vocabulary.runs import Run


def main() -> None:
    """Print seconds a step, births, and GiB."""
    folder, month = Path(sys.argv[1]), Month.read(sys.argv[2])
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    run = Run(told["run_id"], date.fromisoformat(told["as_of"]), folder.parent.parent, tuple(told["area"]))
    areas = Areas.load(next(folder.parent.parent.glob("**/areas.csv")))
    seconds: dict[str, float] = {}

    def lap(name: str) -> None:
        seconds[name], lap.at = round(time.perf_counter() - lap.at, 1), time.perf_counter()  # type: ignore[attr-defined]

    lap.at = time.perf_counter()  # type: ignore[attr-defined]
    facts = facts_in(run)
    lap("facts")
    lines = table(facts.birth, month, areas, facts.served)
    lap("table")
    earlier = str(month.before(1))
    before = facts.birth[facts.birth["born_in"].eq(earlier)].iloc[::2]
    changes = revisions(before, facts.birth, [earlier], areas, facts.served)
    lap("revisions of a month of which half is new")
    coverage = coverage_of(facts.birth, month, run.as_of, [])
    lap("coverage")
    draft = Draft(month, 1, run.as_of, facts.served, dict(form()["header"]), lines, changes, coverage, followed_up(facts.birth, month))
    with tempfile.TemporaryDirectory() as place:
        write_parts(draft, facts, Path(place), [str(month)])
        sheet = read_sheet(Path(place) / "return.xlsx", len(lines))
    lap("parts")
    counted = facts.birth[facts.birth["born_in"].eq(str(month)) & facts.birth["fate"].eq("counted")]
    found = objections(
        Evidence(
            month=month, as_of=run.as_of, version=1, served=facts.served, lines=lines, sheet=sheet, births=facts.birth, unit_month=facts.unit_month,
            item_month=facts.item_month, open_pair=facts.open_pair, delivery=facts.delivery, changes=no_revisions(facts, areas), coverage=coverage,
            landing=landing_of(run), record_counts=record_counts(run), unknown_births=unknown_births(run, counted),
        )
    )  # fmt: skip
    lap("gates")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        seconds,
        f"together {sum(seconds.values()):.0f} s; births of the month {len(counted):,}, of all {len(facts.birth):,}; peak {peak:.2f} GiB",
    )
    print([one.text("en") for one in found])


if __name__ == "__main__":
    main()
