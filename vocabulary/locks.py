"""One at a time: a lock that the operating system takes back from a process that dies, so that none is ever left behind."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vocabulary.errors import ConfigurationError, Fault

STAGE = "stage"
"""The lock of an installation's folder under which a night is linked, found and published: these build on what the state holds."""


@contextmanager
def alone(folder: Path, name: str, refused: Fault | None = None) -> Iterator[None]:
    """Hold `.<name>.lock` of a folder. Waits for whoever holds it; with `refused`, raises ConfigurationError with that fault instead.

    The file is deleted at the end; one that a killed process left is nobody's, and is taken.
    """
    path = folder / f".{name}.lock"
    handle = _taken(path, refused)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _taken(path: Path, refused: Fault | None) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if refused else 0))
        except BlockingIOError:
            os.close(handle)
            raise ConfigurationError([refused] if refused else []) from None
        if _is(path, handle):
            return handle
        os.close(handle)  # whoever held it deleted it: the name may be another file's by now


def _is(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


@contextmanager
def in_use(path: Path) -> Iterator[None]:
    """Mark a file or folder as a living process's own."""
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def forget_abandoned(paths: Iterable[Path]) -> None:
    """Delete those files and folders that no living process has marked as its own: a killed one left them."""
    for path in paths:
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)
