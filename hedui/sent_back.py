"""What commands that take files back have in common: their exit code, the faults, and the files that go back to whoever sent the rows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from hedui.show import said
from vocabulary.errors import DeliveryRefused, GateRefused


def exit_code_of(refused: object, returned: object) -> int:
    """3 where a file was refused, 1 where a row goes back, else 0."""
    return DeliveryRefused.exit_code if refused else GateRefused.exit_code if returned else 0


def show_sent_back(console: Console, faults: Iterable[str], files: Iterable[Path], words: tuple[str, str]) -> None:
    """Every fault, then the files, under `words`; nothing where there are none."""
    for text in faults:
        console.print(text, markup=False)
    paths = list(files)
    if paths:
        console.print(said(words))
    for path in paths:
        console.print(f"  {path}", markup=False)
