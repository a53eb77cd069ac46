"""Progress of linking: a bar of pairs on a terminal, a line a step elsewhere, nothing when it should be quiet; and the seconds of each step."""

from __future__ import annotations

import time
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from vocabulary.errors import reader_locale

STEPS = {
    "tables": ("读取数据表", "reading tables"),
    "read": ("整理各字段取值", "deriving what is compared"),
    "learn": ("估计模型", "learning how often records agree"),
    "score": ("比对记录", "comparing pairs"),
    "decide": ("归并记录", "deciding which are one"),
    "judge": ("核查误差是否均等", "judging whether errors are equal"),
    "write": ("写出结果", "writing"),
}


class Steps:
    """Hears of each step, and of pairs looked at."""

    def __init__(self, people: TextIO, *, quiet: bool) -> None:
        self._console = Console(file=people, quiet=quiet, highlight=False)
        self._place = 0 if reader_locale() == "zh" else 1
        self._plain = not people.isatty()
        columns = (TextColumn("{task.description:<36}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=self._console, disable=quiet or self._plain)
        self._task = self._bar.add_task("", total=None)
        self._current, self._since, self._started = "", time.perf_counter(), time.perf_counter()
        self.seconds: dict[str, float] = {}

    def __enter__(self) -> Steps:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._bar.stop()

    def step(self, name: str, pairs: int) -> None:
        """A step began; or, while comparing, so many more pairs were looked at (`pairs`: there will be so many)."""
        if name == "pairs":
            self._bar.update(self._task, total=pairs, completed=0)
        elif name == self._current:
            self._bar.advance(self._task, pairs)
        else:
            self._end()
            self._current, self._since = name, time.perf_counter()
            words = STEPS[name][self._place]
            self._bar.update(self._task, description=words)
            if self._plain:
                self._console.print(f"{time.perf_counter() - self._started:6.1f} s  {words}")

    def _end(self) -> None:
        if self._current:
            spent = self.seconds.get(self._current, 0.0) + time.perf_counter() - self._since
            self.seconds[self._current] = round(spent, 2)
