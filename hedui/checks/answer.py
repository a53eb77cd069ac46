"""What a check answers: all is well, something is to be done, or it cannot be told here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from vocabulary.errors import Fault, Refusal, unforeseen


class State(StrEnum):
    """As it stands in the JSON."""

    OK = "ok"
    TO_DO = "to do"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True)
class Answer:
    """One row of the table. `found`: what was seen, in figures and names of things. `fault`: what to do, where there is anything to do."""

    check: str
    state: State
    found: str = ""
    fault: Fault | None = None


def ok(check: str, found: str = "") -> Answer:
    """Nothing to do."""
    return Answer(check, State.OK, found)


def to_do(check: str, fault: Fault, found: str = "") -> Answer:
    """Something is wrong."""
    return Answer(check, State.TO_DO, found, fault)


def unknown(check: str, fault: Fault | None = None, found: str = "") -> Answer:
    """Nobody can tell from here."""
    return Answer(check, State.UNKNOWN, found, fault)


def tried(check: str, look: Callable[[], Iterator[Answer]]) -> list[Answer]:
    """The answers of a check; a refusal is its faults, and an error of the check itself is no verdict on the installation."""
    try:
        return list(look())
    except Refusal as refusal:
        return [to_do(check, fault) for fault in refusal.faults]
    except Exception as error:  # noqa: BLE001 - whatever it is, the other checks go on, and its words stay here
        return [unknown(check, fault) for fault in unforeseen(error).faults]
