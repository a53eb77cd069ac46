"""A task that may run on any worker: what it needs comes from the object store, and what it leaves goes there, where there is one (decision 0038)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def travels(name: str) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """For a task that takes `night` (or opens one and gives its id), and `registry` where there is one task a registry. Without HEDUI_STORE it changes nothing."""

    def around(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        takes = signature(function)

        @wraps(function)
        def carried(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            from sql import travel  # inside the task, so that parsing the DAG stays fast

            told = takes.bind(*args, **kwargs).arguments
            night = told.get("night")
            with travel.task(name, night, str(told.get("registry", ""))):
                answer = function(*args, **kwargs)
                if night is None:
                    travel.opened(str(answer))
            return answer

        return carried

    return around
