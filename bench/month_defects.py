"""What is wrong with a month, seeded one thing at a time: which gate stops it?

`python -m bench.month_defects --folder FOLDER [--only TEXT]` makes a county and its night once, seals an earlier month, and prints a row a defect, as a table
in Markdown. `seeded in` says where: the night's snapshots, the draft on disk, the table as a faulty program would have made it, the state.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from bench.clean_months import settings_of
from bench.nights import measure
from bench.seeded_defects import DRAFT_DEFECTS, MONTH, PROGRAM_DEFECTS, SEALED, SNAPSHOT_DEFECTS, Night, dropped, half_of_a_township
from sql import returns
from submission.gates.objection import Objection, Severity
from submission.gates.objections import judged as asked
from submission.monthly import approval, seal
from submission.monthly.assemble import assembled
from submission.monthly.draft import draft_folder
from submission.monthly.judge import known, read_evidence, write_objections
from vocabulary.areas import Areas
from vocabulary.errors import Refusal
from vocabulary.months import Month


def verdict(found: list[Objection]) -> str:
    """`blocked by G1 registry_absent`, `held for a signature by G7 count_of_unit`, or `let through`."""
    for severity, words in ((Severity.BLOCK, "blocked"), (Severity.WARNING, "signature")):
        gates = dict.fromkeys(f"{one.gate} `{one.code}`" for one in found if one.severity is severity)
        if gates:
            return f"{words} | {', '.join(gates)}"
    return "let through | –"


def refused(act: Callable[[], Any]) -> str:
    """The code of a refusal."""
    try:
        act()
    except Refusal as refusal:
        return f"state | blocked | `{refusal.faults[0].code}`"
    return "state | let through | –"


def state_defects(good: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """What people might do out of order, with where it was seeded and what became of it."""
    yield "month that no night knows", refused(lambda: assembled(settings_of(good), Month(2026, 11)))
    night = Night.of(good, folder, MONTH)
    name = assembled(night.settings, MONTH)
    yield "sealed without being judged", refused(lambda: seal.seal(name))
    found = [Objection("G7", "count_of_unit", Severity.WARNING, "990101001", {"count": 1, "expected": 9})]
    write_objections(found, draft_folder(night.settings, str(MONTH), 1), Areas())
    returns.keep_status(night.settings, name, returns.AWAITING)
    yield "sealed without an answer", refused(lambda: seal.seal(name))
    yield "warning signed away without a reason", refused(lambda: approval.answer(name, approved=True, by="甲", through="command"))
    approval.answer(name, approved=True, by="甲", through="command", reason="已核实")
    half_of_a_township(night)
    night.written()
    assembled(night.settings, MONTH)
    returns.keep_status(night.settings, name, returns.AWAITING)
    yield "approval of an earlier draft used again", refused(lambda: seal.seal(name))
    for what, month, back, one_in in (
        ("sealed month revised without a reason", SEALED, 0, 9),
        ("births of a sealed month vanish", MONTH, 1, 8),
    ):
        night = Night.of(good, folder, month)
        rows = night.of_month(back=back)
        dropped(night, rows & (np.arange(len(rows)) % one_in == 0))
        night.written()
        yield what, f"state | {verdict(night.judged())}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--births", type=int, default=5493)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--only", default="", help="defects whose name holds this")
    wanted = parser.parse_args()
    good, place = wanted.folder / f"normal-{wanted.seed}", wanted.folder / "seeded"
    if not any(good.glob("runs/*/report.json")):
        measure(wanted.births, wanted.seed, "normal", wanted.folder)
    if not any(good.glob("returns/*/v1")):
        first = assembled(settings_of(good), SEALED)
        write_objections([], draft_folder(settings_of(good), str(SEALED), 1), Areas())
        returns.keep_status(settings_of(good), first, returns.AWAITING)
        approval.answer(first, approved=True, by="甲", through="command")
        seal.seal(first)
    print("| defect | seeded in | verdict | by |\n|---|---|---|---|")
    for name, told in chain(seeded(good, place, wanted.only), () if wanted.only else state_defects(good, place)):
        print(f"| {name} | {told} |", flush=True)


def seeded(good: Path, place: Path, only: str) -> Iterator[tuple[str, str]]:
    """Defect -> where it was seeded, the verdict and the gates, of those whose name holds a text."""
    for name, defect in SNAPSHOT_DEFECTS.items():
        if only in name:
            night = Night.of(good, place, MONTH)
            defect(night)
            night.written()
            yield name, f"snapshots | {verdict(night.judged())}"
    for name, change in DRAFT_DEFECTS.items():
        if only in name:
            yield name, f"draft | {verdict(Night.of(good, place, MONTH).judged(change))}"
    night = Night.of(good, place, MONTH)
    row = known(night.settings, assembled(night.settings, MONTH))
    evidence = read_evidence(night.settings, row, draft_folder(night.settings, str(MONTH), row["version"]))
    yield "nothing", f"– | {verdict(asked(evidence))}"
    for name, make in PROGRAM_DEFECTS.items():
        if only in name:
            yield name, f"table | {verdict(asked(make(evidence)))}"


if __name__ == "__main__":
    main()
