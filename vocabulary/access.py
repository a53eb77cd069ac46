"""Looks at named rows (rights.md R7): what kinds there are, what for, by whom. An entry holds codes, counts and checksums only."""

from __future__ import annotations

import getpass
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class LookKind(StrEnum):
    """What happened: looks at named rows, changes of who may look and whom nobody calls on; the last three are what the log says of itself."""

    WORKLIST_PUBLISHED = "worklist_published"
    EXPLAINED = "explained"
    VIEWED = "viewed"
    EXPORTED = "exported"
    EXCHANGED = "exchanged"
    OUTCOMES_TAKEN = "outcomes_taken"
    ROWS_RETURNED = "rows_returned"
    ACCOUNT_OPENED = "account_opened"
    ACCOUNT_CLOSED = "account_closed"
    LOGIN_RENEWED = "login_renewed"
    SECOND_FACTOR_OFF = "second_factor_off"
    CONTACT_FLAG_SET = "contact_flag_set"
    CONTACT_FLAG_LIFTED = "contact_flag_lifted"
    LOG_EXPORTED = "log_exported"
    PURGED = "purged"
    LOG_SHORTENED = "log_shortened"


class Purpose(StrEnum):
    """Why: a closed set, so that no reason can hold a person's name."""

    FOLLOW_UP = "follow_up"
    """A child is helped to be registered, or a registry corrects its own record."""
    ANSWERS = "answers"
    """What desks wrote on their lists is taken in, or given back to them."""
    EXPLANATION = "explanation"
    """Somebody asked why a finding stands."""
    TRANSFER = "transfer"
    """A child lives in another county, which is told."""
    RETENTION = "retention"
    """The law says that data must go, or that a trace of it must stay."""
    ADMINISTRATION = "administration"
    """Who may log in, and as what, is put right."""
    AUDIT = "audit"
    """Somebody checks who looked."""
    FAMILY_ASKED = "family_asked"
    """A family asked not to be called on, or that it may be again."""
    SAFETY = "safety"
    """A call could put somebody in danger."""
    CONFIDENTIAL = "confidential"
    """Where the child lives is kept confidential by law or by an order."""
    ENTERED_IN_ERROR = "entered_in_error"
    """What was entered earlier was a slip."""


@dataclass(frozen=True)
class Actor:
    """Who looked: a desk, user or officer by its id, or the process by its account on this machine."""

    name: str
    role: str


@dataclass(frozen=True)
class Look:
    """One entry to be. `subject` is a file, a task or a finding by its code; `item_count` tasks; `content_sha256` of what was seen."""

    kind: LookKind
    purpose: Purpose
    actor: Actor
    item_count: int
    content_sha256: str
    subject: str | None = None
    run_id: str | None = None


def this_process(role: str) -> Actor:
    """The account under which this process runs; containers may run under a number that has no name."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = f"uid {os.getuid()}"
    return Actor(f"process {account}"[:80], role)


def digest_of(texts: Iterable[str]) -> str:
    """SHA-256 of texts, one a line."""
    return hashlib.sha256("\n".join(texts).encode("utf-8")).hexdigest()
