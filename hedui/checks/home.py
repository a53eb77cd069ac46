"""HEDUI_HOME: is it private, can it be written, is there room, what does its clock say, do its keys fit."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from hedui.checks.answer import Answer, ok, to_do, unknown
from vocabulary.errors import Fault
from vocabulary.settings import Settings

WHERE = "HEDUI_HOME"
NIGHTS = 14
"""Nights for which there should be room: the purge keeps more, but two weeks are time enough to notice."""
LEAST_BYTES = 2 << 30
LAST = 3
AHEAD_SECONDS = 120
"""Clocks of machines that ask a time server differ by less than a second; minutes order a night's files wrongly."""


def writable(settings: Settings) -> Iterator[Answer]:
    """A file is made and taken away again: rights, quotas and read-only disks all show."""
    folder = standing_folder(settings.home)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            pass
    except OSError:
        yield to_do("home", Fault("doctor.home_unusable", WHERE))
        return
    if folder != settings.home:
        yield ok("home", f"{settings.home} (–)")
        return
    mode = settings.home.stat().st_mode & 0o777
    if mode & 0o077:
        yield to_do("home", Fault("doctor.home_open", WHERE, {"mode": f"{mode:04o}"}))
    elif settings.home.stat().st_uid != os.geteuid():
        yield to_do("home", Fault("doctor.home_owner", WHERE))
    else:
        yield ok("home", f"{settings.home} {mode:04o}")


def standing_folder(home: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(folder for folder in (home, *home.parents) if folder.exists())


def last_nights(home: Path) -> list[Path]:
    """Folders of the newest runs."""
    runs = home / "runs"
    found = [path for path in runs.iterdir() if path.is_dir()] if runs.is_dir() else []
    return sorted(found, key=lambda path: path.name)[-LAST:]


def disk(settings: Settings) -> Iterator[Answer]:
    """Room for two weeks of nights as large as the largest of the last."""
    sizes = [sum(path.stat().st_size for path in night.rglob("*") if path.is_file()) for night in last_nights(settings.home)]
    needed = max(LEAST_BYTES, NIGHTS * max(sizes, default=0))
    free = shutil.disk_usage(standing_folder(settings.home)).free
    told: dict[str, str | int] = {"free": gib(free), "needed": gib(needed), "nights": NIGHTS}
    yield ok("disk", f"{gib(free)} GiB") if free >= needed else to_do("disk", Fault("doctor.disk", WHERE, told))


def gib(count: int) -> str:
    """Bytes in GiB."""
    return f"{count / (1 << 30):.1f}"


def clock(settings: Settings, now: float | None = None) -> Iterator[Answer]:
    """No file of the last nights may be younger than now: then the clock was set back, or was wrong when it was written."""
    now = time.time() if now is None else now
    files = [path for night in last_nights(settings.home) for path in night.rglob("*") if path.is_file()]
    newest = max((path.stat().st_mtime for path in files), default=None)
    if newest is None:
        yield ok("clock")
    elif newest > now + AHEAD_SECONDS:
        yield to_do("clock", Fault("doctor.clock_files", WHERE, {"minutes": round((newest - now) / 60)}))
    else:
        yield ok("clock")


def key(settings: Settings) -> Iterator[Answer]:
    """The snapshot key opens what stands. The mark is read, and never made: that is the first night's business."""
    from vocabulary.parquet_files import MARK, hold_to_key, snapshot_key

    runs = settings.home / "runs"
    held = snapshot_key()
    if (runs / MARK).is_file():
        hold_to_key(runs)
        yield ok("key", "AES")
    elif held is None:
        yield unknown("key", Fault("doctor.no_key", "HEDUI_SNAPSHOT_KEY"))
    else:
        yield ok("key", "AES")


def portal_secret(settings: Settings) -> Iterator[Answer]:
    """The secret that signs cookies is its owner's alone, and long enough."""
    from portal.settings import KEPT_IN, SHORTEST_SECRET

    told = os.environ.get("HEDUI_PORTAL_SECRET")
    path = settings.home / KEPT_IN
    if not told and not path.is_file():
        yield ok("portal_secret", "–")
        return
    mode = 0 if told else path.stat().st_mode & 0o077
    if mode:
        yield to_do("portal_secret", Fault("doctor.secret_open", KEPT_IN))
    elif len(told or path.read_text(encoding="utf-8").strip()) < SHORTEST_SECRET:
        yield to_do(
            "portal_secret", Fault("portal.secret_short", "HEDUI_PORTAL_SECRET" if told else KEPT_IN, {"shortest": SHORTEST_SECRET})
        )
    else:
        yield ok("portal_secret")
