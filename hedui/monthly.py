"""`hedui monthly`: the real DAG, in this process: the month's return, sealed where a person approves it, or exactly why not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hedui import embedded
from hedui.answering import answering
from hedui.progress import Progress
from sql.acting import acting_as
from vocabulary.errors import ConfigurationError, Fault, GateRefused, Refusal
from vocabulary.months import Month, asked_month
from vocabulary.settings import Settings

ASSEMBLED, ASKED = "assemble", "approve"


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for."""

    month: str
    approve_by: str | None = None
    reason: str | None = None


def monthly(wanted: Wanted, *, as_json: bool, quiet: bool) -> int:
    """Run the month, print what came of it, return the exit code: 0 sealed, 1 held back."""
    settings = Settings.from_environment()
    told = run_month(settings, wanted, quiet=quiet or as_json)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        from hedui.show_monthly import show

        show(told)
    return int(told["exit_code"])


def run_month(settings: Settings, wanted: Wanted, *, quiet: bool) -> dict[str, Any]:
    """Where the month's return stands and what was said of it. Raises ConfigurationError; GateRefused where there is not even a draft.

    Without an approver the question ends unanswered: silence never approves.
    """
    month = asked_month(wanted.month)
    embedded.set_defaults(settings.home)  # the schedule, where approvers stand, is a setting of Airflow
    refuse_a_stranger(wanted.approve_by)
    log = settings.home / "airflow" / "logs" / "monthly.log"
    conf = {"month": str(month)} | ({"reason": wanted.reason} if wanted.reason else {})
    failed: list[str] = []
    with embedded.output_to(log) as people, Progress(people, quiet=quiet, steps=4) as progress:

        def on_task(name: str, what: str) -> None:
            progress.step(name, what)
            failed.extend([name] if what == "failed" else [])

        embedded.prepare(settings.home)
        from dags.approval import COMMAND

        with answering("monthly", ASKED, wanted.approve_by, COMMAND, wanted.reason or ""):
            embedded.run("monthly", conf, on_task)
    if ASSEMBLED in failed:
        raise why_no_draft(month, wanted.reason, log)
    with acting_as("submission"):
        return standing(settings, month, failed, log)


def refuse_a_stranger(name: str | None) -> None:
    """Raise ConfigurationError where the approver is none of those that the schedule names."""
    from dags.when import monthly_rule

    approvers = monthly_rule()["approvers"]
    if name is not None and (not name.strip() or (approvers and name not in approvers)):
        raise ConfigurationError(Fault("monthly.approver", "--approve-by", {"longest": 80}))


def why_no_draft(month: Month, reason: str | None, log: Path) -> Refusal:
    """Why nothing could be put together, asked once more outside Airflow, which keeps an error's text in its log."""
    from submission.monthly.assemble import assemble

    try:
        assemble(str(month), reason)
    except Refusal as refusal:
        return refusal
    return GateRefused(Fault("monthly.broke_down", str(log)))


def standing(settings: Settings, month: Month, failed: list[str], log: Path) -> dict[str, Any]:
    """The newest return of the month as one object: status, exit code, objections by severity, folder, figures in all, faults."""
    from sql import returns
    from submission.monthly.draft import draft_folder, sealed_folder
    from submission.monthly.judge import read_objections
    from submission.monthly.show import in_all

    rows = returns.all_returns(settings)
    told: dict[str, Any] = dict(rows[rows["month"].eq(str(month))].iloc[-1])
    sealed = told["status"] == returns.SEALED
    folder = (sealed_folder if sealed else draft_folder)(settings, str(month), int(told["version"]))
    found = read_objections(folder) if (folder / "objections.json").is_file() else []
    return {
        "return_id": told["return_id"],
        "month": str(month),
        "version": int(told["version"]),
        "status": told["status"],
        "sealed": sealed,
        "exit_code": 0 if sealed else GateRefused.exit_code,
        "run_id": told["run_id"],
        "folder": str(folder),
        "figures": in_all(folder),
        "objections": found,
        "faults": [fault.told() for fault in faults_of(told, found, folder, failed, log)],
    }


def faults_of(told: dict[str, Any], found: list[dict[str, Any]], folder: Path, failed: list[str], log: Path) -> list[Fault]:
    """Why the return is not sealed: the one reason that the next step depends on."""
    from sql import returns

    name, listed = str(told["return_id"]), str(folder / "objections.txt")
    count = {kind: sum(one["severity"] == kind for one in found) for kind in ("block", "warning")}
    if told["status"] == returns.SEALED:
        return []
    if told["status"] == returns.BLOCKED:
        return [Fault("monthly.held_back", name, {"count": count["block"], "file": listed})]
    if told["status"] == returns.REJECTED:
        return [Fault("monthly.rejected", name)]
    if ASKED in failed and count["warning"]:
        return [Fault("monthly.reason_missing", name, {"count": count["warning"]})]
    if failed or (not found and told["status"] == returns.DRAFT):
        return [Fault("monthly.broke_down", str(log))]
    return [Fault("monthly.awaiting", name, {"file": listed})]
