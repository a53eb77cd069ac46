"""How functions are compiled: once, kept on disk, without the interpreter's lock.

`inner` functions are called by compiled ones only: leaving out the bridge to Python halves the time that compiling them takes. None takes memory
(`_nrt=False`), so that no references are counted: counting them from two threads costs more than comparing does.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit

Function = TypeVar("Function", bound=Callable[..., Any])
SOURCES = ("kernel", "forms")
OPTIONS = {"_nrt": False}
UNSEEN = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


@cache
def sources(folders: tuple[str, ...] = SOURCES) -> str:
    """What tells the sources in these folders of the package from any others: what they made is good for them alone."""
    home = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted(path for folder in folders for path in (home / folder).glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where compiled code is kept: a folder for just these sources, because numba looks for changes in a function's own file only.

    Under NUMBA_CACHE_DIR where that is set, else under the user's cache folder.
    """
    told = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    base = Path(told) if told else Path.home() / ".cache"
    return base / "hedui" / sources()


def _kept(function: Function, **options: bool) -> Function:
    """Compile with our cache folder, and leave numba's setting as it was."""
    settings: Any = config
    compiling: Any = njit(cache=True, nogil=True, error_model="numpy", **OPTIONS | options)  # type: ignore[call-overload]
    before, settings.CACHE_DIR = settings.CACHE_DIR, str(cache_folder())
    try:
        compiled: Function = compiling(function)
    finally:
        settings.CACHE_DIR = before
    return compiled


def outer(function: Function) -> Function:
    """A compiled function that Python calls."""
    return _kept(function)


def inner(function: Function) -> Function:
    """A compiled function that only compiled ones call."""
    return _kept(function, **UNSEEN)


def part(function: Function) -> Function:
    """A compiled function that is written into those that call it: passing a dozen arrays takes longer than most of these do."""
    return _kept(function, forceinline=True, **UNSEEN)
