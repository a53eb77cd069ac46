"""The last gate is a person: what is shown, what the answer is, and to exactly what. Silence never approves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sql import returns
from sql.acting import acting_as
from sql.rows import now
from submission.gates.objection import Severity
from submission.monthly.draft import draft_folder
from submission.monthly.form import columns, texts
from submission.monthly.judge import known, read_changes, read_objections
from submission.monthly.show import in_all
from submission.monthly.table import TOTAL
from vocabulary.errors import ConfigurationError, Fault, GateRefused
from vocabulary.settings import Settings

APPROVED, REJECTED = "approved", "rejected"
LONGEST_NAME, LONGEST_REASON = 80, 500


@acting_as("submission")
def answer(return_id: str, *, approved: bool, by: str, through: str, reason: str = "", at: datetime | None = None) -> None:
    """Keep what a person said to a return that is judged and waits.

    A yes to one that is sealed changes nothing: somebody else's yes came first. After a no only another no is taken, until the return is
    judged again: whoever was asked before that no has not read it. Raises GateRefused where it does not wait or warnings lack a reason.
    """
    settings = Settings.from_environment()
    told = known(settings, return_id)
    if approved and told["status"] == returns.SEALED:
        return
    if told["status"] not in (returns.AWAITING, *(() if approved else (returns.REJECTED,))):
        raise GateRefused(Fault("monthly.not_approved", return_id, {"status": str(told["status"])}))
    if not 0 < len(by.strip()) <= LONGEST_NAME:
        raise ConfigurationError(Fault("monthly.approver", "--approve-by", {"longest": LONGEST_NAME}))
    warned = warnings_of(settings, told)
    if approved and warned and not reason.strip():
        raise GateRefused(Fault("monthly.reason_missing", return_id, {"count": len(warned)}))
    returns.keep_answer(
        settings,
        {
            "return_id": return_id,
            "content_sha256": told["content_sha256"],
            "answer": APPROVED if approved else REJECTED,
            "answered_by": by.strip(),
            "answered_at": at or now(),
            "through": through,
            "reason": reason.strip()[:LONGEST_REASON] or None,
        },
    )
    returns.keep_status(settings, return_id, returns.AWAITING if approved else returns.REJECTED)


@acting_as("submission")
def settled(return_id: str) -> str | None:
    """What was answered already, whoever asked: `approved` of a sealed return, `rejected`; None of one that still waits."""
    status = known(Settings.from_environment(), return_id)["status"]
    return {returns.SEALED: APPROVED, returns.REJECTED: REJECTED}.get(str(status))


def warnings_of(settings: Settings, told: dict[str, Any]) -> list[dict[str, Any]]:
    """The warnings that an approval signs away."""
    folder = draft_folder(settings, told["month"], told["version"])
    return [one for one in read_objections(folder) if one["severity"] == Severity.WARNING]


@acting_as("submission")
def request(return_id: str) -> str:
    """What the approver reads before answering, as Markdown: verdict, figures in all, changes, objections to be signed away. Nobody is named."""
    settings = Settings.from_environment()
    told = known(settings, return_id)
    folder = draft_folder(settings, told["month"], told["version"])
    found = read_objections(folder)
    total = in_all(folder)
    changes = read_changes(folder / "revisions.csv")
    restated = changes[changes["level"].eq(TOTAL) & changes["column"].eq("live_births")]
    figures = [f"| {column.zh} {column.en} | {total[column.name]} |" for column in columns() if column.name in total]
    revised = [f"- {row['month']}: {row['was']} → {row['is']} ({why(row['causes'])})" for row in restated.to_dict("records")]
    return "\n".join(
        [
            f"### {return_id}",
            *section("审核结论 Verdict", [f"- [{one['gate']}] {one['text']['zh']} {one['text']['en']}" for one in found]),
            *section("合计 In all", ["| | |", "|---|---|", *figures]),
            *section("以前月份修订 Earlier months restated", revised),
        ]
    )


def why(causes: Mapping[str, int]) -> str:
    """Causes of a revision in both languages, with how many births each has."""
    said = texts("cause")
    return ", ".join(f"{said[cause]['zh']} {said[cause]['en']}: {count}" for cause, count in causes.items())


def section(title: str, rows: list[str]) -> list[str]:
    """A heading and its rows; a dash where there are none."""
    return ["", f"**{title}**", "", *(rows or ["—"])]
