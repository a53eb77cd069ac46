"""What a driver's error means for the state: a lost connection, a full disk, a damaged file. Its words may hold a row, and go no further (rights.md R11)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from vocabulary.errors import ConfigurationError, Fault, Refusal, Unreachable

WHERE = "HEDUI_DATABASE"
SQLITE_NAMES = {
    "SQLITE_FULL": "disk.full",
    "SQLITE_READONLY": "disk.read_only",
    "SQLITE_IOERR": "disk.failed",
    "SQLITE_CORRUPT": "state.damaged",
    "SQLITE_NOTADB": "state.damaged",
    "SQLITE_BUSY": "state.unreachable",
    "SQLITE_LOCKED": "state.unreachable",
}
"""Result codes of SQLite; extended ones begin with these."""
SQLSTATES = {
    "53100": "disk.full",
    "58030": "disk.failed",
    "25006": "disk.read_only",
    "42501": "state.not_permitted",
    "XX001": "state.damaged",
    "XX002": "state.damaged",
    "08": "state.unreachable",
    "57P": "state.unreachable",
    "53": "state.unreachable",
}
"""PostgreSQL, appendix A of its manual; the first that an error's SQLSTATE begins with."""


KINDS: dict[str, type[Refusal]] = {"state.unreachable": Unreachable, "state.not_permitted": ConfigurationError}


@contextmanager
def refusals() -> Iterator[None]:
    """Let what the state cannot do now, or not any more, through as a refusal in our own words; other errors as they are."""
    try:
        yield
    except DBAPIError as error:
        code = code_of(error)
        if code is None:
            raise
        refused = KINDS.get(code, Refusal)
    else:
        return
    raise refused(Fault(code, WHERE))  # outside the handler, so that no chain of causes carries the driver's words along


def code_of(error: DBAPIError) -> str | None:
    """The fault's code; None for an error that is hedui's own."""
    name = getattr(error.orig, "sqlite_errorname", None)
    if name:
        return next((code for start, code in SQLITE_NAMES.items() if str(name).startswith(start)), None)
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return next((code for start, code in SQLSTATES.items() if str(state).startswith(start)), None)
    return "state.unreachable" if error.connection_invalidated else None
