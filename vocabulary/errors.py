"""Faults: what is wrong, where, and what to do; in Chinese or English, all at once, never with a person's value.

The wording of each code stands in `faults/<stage>.toml`, so that a text can be improved without touching code,
and a test can hold every code against the runbook.
"""

from __future__ import annotations

import errno
import os
import tomllib
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

FAULT_FOLDER = Path(__file__).parent / "faults"
SHAPE = {
    "en": "[{code}] {where}: expected {expected}, got {got}. {todo}",
    "zh": "[{code}] {where}：应为{expected}，实为{got}。{todo}",
}


@cache
def wordings() -> dict[str, dict[str, dict[str, str]]]:
    """Every fault code with its texts: code -> locale -> expected, got, todo."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for path in sorted(FAULT_FOLDER.glob("*.toml")):
        found.update(tomllib.loads(path.read_text(encoding="utf-8")))
    return found


def reader_locale(environment: Mapping[str, str] = os.environ) -> str:
    """`zh` or `en`: HEDUI_LOCALE, else the machine's own; English where nothing says otherwise."""
    for name in ("HEDUI_LOCALE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `where` is a place (file, row, column, registry), `facts` are codes and counts: never values."""

    code: str
    where: str
    facts: Mapping[str, str | int] = field(default_factory=dict)

    def text(self, locale: str | None = None) -> str:
        """`[code] where: expected, got, what to do`. Raises KeyError for a code that has no wording."""
        locale = locale or reader_locale()
        words = {part: text.format(**self.facts) for part, text in wordings()[self.code][locale].items()}
        return SHAPE[locale].format(code=self.code, where=self.where, **words)

    def told(self) -> dict[str, str]:
        """For a command's JSON: code, where, and the text in the reader's language."""
        return {"code": self.code, "where": self.where, "text": self.text()}

    def as_record(self) -> dict[str, object]:
        """For a manifest or a report: code, where, facts."""
        return {"code": self.code, "where": self.where, "facts": dict(self.facts)}


class Refusal(Exception):
    """hedui will not go on with this, for all these reasons. The message holds codes and places only."""

    exit_code = 1

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("; ".join(f"[{fault.code}] {fault.where}" for fault in self.faults))

    def text(self, locale: str | None = None) -> str:
        """Every fault on its own line."""
        return "\n".join(fault.text(locale) for fault in self.faults)

    def __reduce__(self) -> tuple[type[Refusal], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


class GateRefused(Refusal):
    """A gate or a finding-level rule says no."""

    exit_code = 1


class ConfigurationError(Refusal):
    """Wrong use, or a setting that cannot be."""

    exit_code = 2


class DeliveryRefused(Refusal):
    """A delivery is refused whole. The same bytes would be refused again: no retry."""

    exit_code = 3


class Unreachable(Refusal, ConnectionError):
    """A registry could not be read now; trying again may help."""

    exit_code = 3


class Unforeseen(Refusal):
    """A fault of hedui itself: its place and its kind. What the error said is dropped, for it may hold a person's value."""


DISK = {
    errno.ENOSPC: "disk.full",
    errno.EDQUOT: "disk.full",
    errno.EFBIG: "disk.full",
    errno.EROFS: "disk.read_only",
    errno.EACCES: "disk.read_only",
    errno.EPERM: "disk.read_only",
    errno.EIO: "disk.failed",
}
"""What the operating system says of a disk -> the fault's code."""


def unforeseen(error: BaseException) -> Refusal:
    """The same error, without its words: what the disk refuses by its own code, anything else by its place and kind."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    if isinstance(error, OSError) and error.errno in DISK:
        return Refusal(Fault(DISK[error.errno], Path(str(error.filename)).name if error.filename else where))
    return Unforeseen(Fault("hedui.unforeseen", where, {"kind": type(error).__name__}))


def discreet(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Let a Refusal through, and everything else only as its place and kind, so that no log can repeat a value (rights.md R11)."""

    @wraps(function)
    def kept_quiet(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        try:
            return function(*args, **kwargs)
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, its words stay here
            quiet = unforeseen(error)
        raise quiet  # outside the handler, so that no chain of causes carries the words along

    return kept_quiet
