"""The state database: does it answer, is it at the newest revision, as whom do we come, what does its clock say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hedui.checks.answer import Answer, ok, to_do, unknown
from vocabulary.errors import Fault
from vocabulary.settings import Settings

if TYPE_CHECKING:
    from sql.standing import Standing

WHERE = "HEDUI_DATABASE"
OLDEST_POSTGRESQL = 14
"""The oldest that its makers still mend, until November 2026."""
AHEAD_SECONDS = 5.0


def database(settings: Settings) -> Iterator[Answer]:
    """Nothing is migrated here: the first command that writes does it."""
    from sql.standing import standing

    found = standing(settings)
    if found is None:
        yield unknown("state", Fault("doctor.no_state", WHERE))
        return
    told = f"{found.kind} {found.server_version}"
    if found.revision is None:
        yield unknown("state", Fault("doctor.no_state", WHERE), told)
    elif not found.known:
        yield to_do("state", Fault("state.newer_schema", WHERE, {"revision": found.revision}), told)
    elif not found.is_newest:
        yield to_do("state", Fault("doctor.state_behind", WHERE, {"revision": found.revision, "newest": found.newest}), told)
    else:
        yield ok("state", f"{told} · {found.revision}")
    if found.kind == "PostgreSQL":
        yield from _server(settings, found)
    if found.seconds_ahead is not None:
        yield clock(found.seconds_ahead)


def _server(settings: Settings, found: Standing) -> Iterator[Answer]:
    if int(found.server_version.split(".")[0]) < OLDEST_POSTGRESQL:
        yield to_do("server", Fault("doctor.old_server", WHERE, {"found": found.server_version, "oldest": OLDEST_POSTGRESQL}))
    if found.is_superuser:
        yield to_do("role", Fault("doctor.superuser", WHERE), found.login or "")
    elif settings.database_role is None:
        yield unknown("role", Fault("doctor.no_role", "HEDUI_DATABASE_ROLE"), found.login or "")
    else:
        yield ok("role", f"{found.login} · {settings.database_role}")


def clock(seconds_ahead: float) -> Answer:
    """Ours against the server's."""
    if abs(seconds_ahead) <= AHEAD_SECONDS:
        return ok("server_clock", f"{seconds_ahead:+.1f} s")
    return to_do("server_clock", Fault("doctor.clock_server", WHERE, {"seconds": round(seconds_ahead)}))
