"""Signing on a page: one answer to exactly what was read, and, for a yes, the seal at once, so that no return waits for whoever else asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sql import returns
from sql.acting import acting_as
from submission.monthly.approval import answer, warnings_of
from submission.monthly.draft import draft_folder
from submission.monthly.judge import known
from submission.monthly.seal import refuse_changed_parts, seal
from vocabulary.errors import Fault, GateRefused
from vocabulary.locks import alone
from vocabulary.runs import private_folder
from vocabulary.settings import Settings


@dataclass(frozen=True)
class Reading:
    """What a person had before them: the return, its content, and the warnings that they ticked off as read (`mark_of`)."""

    return_id: str
    content_sha256: str
    seen: Collection[str] = field(default=())


@acting_as("submission")
def sign(reading: Reading, *, approved: bool, by: str, through: str, reason: str) -> str:
    """Keep the answer and, after a yes, seal; the return's id. Nothing assembles or seals the same month meanwhile.

    Raises GateRefused where the return is another by now, does not wait, lacks a reason, or a warning was not read.
    """
    settings = Settings.from_environment()
    month = str(known(settings, reading.return_id)["month"])
    with alone(private_folder(settings.home / "returns"), month):
        told = known(settings, reading.return_id)
        if told["status"] == returns.SEALED or told["content_sha256"] != reading.content_sha256:
            raise GateRefused(Fault("monthly.read_another", reading.return_id))
        refuse_unsaid(settings, told, reading, reason, approved=approved)
        answer(reading.return_id, approved=approved, by=by, through=through, reason=reason)
        return seal(reading.return_id) if approved else reading.return_id


def refuse_unsaid(settings: Settings, told: Mapping[str, Any], reading: Reading, reason: str, *, approved: bool) -> None:
    """Raise GateRefused for a no without a reason, and for a yes to parts or warnings that are not what was read."""
    if not approved:
        if not reason.strip():
            raise GateRefused(Fault("monthly.reason_for_no", reading.return_id))
        return
    refuse_changed_parts(dict(told), draft_folder(settings, str(told["month"]), int(told["version"])))
    unread = {mark_of(one) for one in warnings_of(settings, dict(told))} - set(reading.seen)
    if unread:
        raise GateRefused(Fault("monthly.unread", reading.return_id, {"count": len(unread)}))


def mark_of(objection: Mapping[str, Any]) -> str:
    """A short mark of one objection as it is worded, so that another one that takes its place is not taken for read."""
    return hashlib.sha256(json.dumps(objection, sort_keys=True).encode()).hexdigest()[:16]
