"""The reference, generated from the code when the site is built: chapter -> function of the reader's locale and the sample county's home."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from generate import commands, contracts, disclosure, errors, findings, gates, settings

CHAPTERS: dict[str, Callable[[str, Path], str]] = {
    "commands": commands.chapter,
    "exit_codes": commands.exit_codes,
    "settings": settings.chapter,
    "contracts": contracts.chapter,
    "findings": findings.chapter,
    "outcomes": findings.outcomes,
    "gates": gates.chapter,
    "disclosure": disclosure.chapter,
    "errors": errors.chapter,
}
