"""Progress over many nights: a bar on a terminal, a line a night elsewhere, nothing when it should be quiet."""

from __future__ import annotations

import time
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar


class Nights:
    """Told of each night by its id or day."""

    def __init__(self, people: TextIO, total: int, *, quiet: bool) -> None:
        self._console = Console(file=people, quiet=quiet, highlight=False, soft_wrap=True)
        columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        self._bar = Bar(*columns, console=self._console, disable=quiet or not people.isatty())
        self._task = self._bar.add_task("", total=total)
        self._total, self._done, self._name, self._started = total, 0, "", 0.0

    def __enter__(self) -> Nights:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begin(self, name: str) -> None:
        """A night began."""
        self._name, self._started = name, time.monotonic()
        self._bar.update(self._task, description=name)

    def end(self, came: str) -> None:
        """It ended, and what came of it in a word or two."""
        self._done += 1
        self._bar.advance(self._task)
        self._console.print(f"{self._done:>3}/{self._total}  {self._name}  {time.monotonic() - self._started:6.1f} s  {came}", markup=False)
