"""Progress of a night: a bar on a terminal, plain lines elsewhere, nothing when it should be quiet."""

from __future__ import annotations

import time
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from vocabulary.errors import reader_locale
from vocabulary.registries import REGISTRIES

STEPS = {
    "open_run": ("开始", "opening the run"),
    "expected": ("查明应报各县", "asking which counties deliver"),
    "land": ("读取登记", "reading the registries"),
    "accept": ("核验数据", "holding records against expectations"),
    "link": ("匹配记录", "deciding which records are the same birth"),
    "find": ("查找问题", "finding children without registration"),
    "publish": ("生成清单", "writing worklists"),
    "report": ("汇总", "reporting"),
    "assemble": ("汇总报表", "putting the return together"),
    "judge": ("审核报表", "asking every gate"),
    "approve": ("签批", "asking a person"),
    "seal": ("封存报表", "sealing"),
}
BEGINNING = ("准备", "getting ready")
NIGHT = 6 + len(REGISTRIES)
"""Steps of a night: one registry each for landing, and six others."""


class Progress:
    """Told of each step by name; knows how many there are."""

    def __init__(self, people: TextIO, *, quiet: bool, steps: int = NIGHT) -> None:
        self._console = Console(file=people, quiet=quiet, highlight=False)
        self._zh = reader_locale() == "zh"
        self._started = time.monotonic()
        self._plain = not people.isatty()
        self._few, self._last = steps <= NIGHT, ""  # three hundred lines that say the same help nobody
        columns = (TextColumn("{task.description:<42}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Bar(*columns, console=self._console, disable=quiet or self._plain)
        self._task = self._bar.add_task(self._words(BEGINNING), total=steps)

    def __enter__(self) -> Progress:
        self._bar.start()
        self._say(self._words(BEGINNING))
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def step(self, name: str, what: str) -> None:
        """A step began (`running`) or ended (`success`, `failed`)."""
        words = self._words(STEPS.get(name, (name, name)))
        if what == "running":
            self._bar.update(self._task, description=words)
            if name != self._last or name != "land" or self._few:
                self._say(words)
            self._last = name
        else:
            self._bar.advance(self._task)

    def _words(self, pair: tuple[str, str]) -> str:
        return pair[0 if self._zh else 1]

    def _say(self, words: str) -> None:
        if self._plain:
            self._console.print(f"{time.monotonic() - self._started:6.1f} s  {words}")
