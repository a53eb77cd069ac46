"""Which hedui this is: its version, and the commit that it was made from."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

BAKED = "built_from.json"
"""Written into a wheel beside this file by `make wheel`; a checkout asks git instead."""
UNKNOWN = "unknown"
PATIENCE = 10
"""Seconds for git; a checkout on a slow disk is not worth more."""


@dataclass(frozen=True)
class Code:
    """`commit` is 40 hexadecimal digits or `unknown`; `dirty`: there are changes that are in no commit, None where that cannot be told."""

    version: str
    commit: str
    dirty: bool | None

    def told(self) -> dict[str, str | bool | None]:
        """For a manifest."""
        return {"version": self.version, "commit": self.commit, "dirty": self.dirty}


@cache
def code() -> Code:
    """Of the code that this process runs, as it was when first asked."""
    folder = Path(__file__).resolve().parent
    return Code(version_of("hedui"), *(baked(folder / BAKED) or of_checkout(folder.parent)))


def version_of(package: str) -> str:
    """Of an installed package; `unknown` where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return UNKNOWN


def baked(path: Path) -> tuple[str, bool | None] | None:
    """What the builder of a wheel wrote down; None where nobody did."""
    if not path.is_file():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    return str(told["commit"]), told["dirty"]


def of_checkout(root: Path) -> tuple[str, bool | None]:
    """What git says of a folder that is the top of a checkout: an installation inside somebody else's is not that."""
    if not (root / ".git").exists():
        return UNKNOWN, None
    commit = _git(root, "rev-parse", "HEAD")
    changes = _git(root, "status", "--porcelain")
    return (commit or UNKNOWN).strip(), None if changes is None else bool(changes)


def _git(root: Path, *words: str) -> str | None:
    """Its answer, without touching the index; None where it has none. The service's account need not own the checkout."""
    command = ["git", "--no-optional-locks", "-c", f"safe.directory={root}", "-C", str(root), *words]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout  # noqa: S603 - our own words only
    except (OSError, subprocess.SubprocessError):
        return None
