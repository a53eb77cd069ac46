"""Thousands of worklists written by as many processes as there are cores: a workbook is made by Python alone, and a province has four thousand of them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import current_process, get_context
from typing import TypeVar

Given = TypeVar("Given")
Answer = TypeVar("Answer")

FEW = 400
"""Up to so many are written by this process: two more would take as long to start. A large county has a hundred desks."""
WAITING = 4
"""Lists a core that wait for it: the cells of all would take gigabytes."""


def written(lists: Iterable[Given], write: Callable[[Given], Answer], few: int = FEW) -> Iterator[Answer]:
    """What `write` gives for each, in their order. It must be a function of a module, and its argument plain data."""
    coming = iter(lists)
    first = list(islice(coming, few + 1))
    cores = len(os.sched_getaffinity(0))
    if len(first) <= few or cores < 2 or current_process().daemon:  # an executor's daemon may have no children
        yield from map(write, chain(first, coming))
        return
    # Started anew, not forked: a task's process has threads of its own, and a fork of one that holds a lock waits for ever.
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        asked: deque[Future[Answer]] = deque()
        for one in chain(first, coming):
            asked.append(pool.submit(write, one))
            if len(asked) >= WAITING * cores:
                yield asked.popleft().result()
        while asked:
            yield asked.popleft().result()
