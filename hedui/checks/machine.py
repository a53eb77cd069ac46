"""The machine: Python, libraries, time zone, fonts, Pango, Java, umask, locale."""

from __future__ import annotations

import locale
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hedui.checks.answer import Answer, ok, to_do, unknown
from vocabulary.errors import Fault

LOCK = Path(__file__).resolve().parent.parent.parent / "requirements.lock"
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[\w,]+\])?==([^\s;]+)(\s*;.*)?$", re.MULTILINE)
PYTHONS = ((3, 11), (3, 14))
OLDEST_JAVA = 17
SHOWN = 6
SECONDS = 60
ZONE = "Asia/Shanghai"
CHINESE = (":lang=zh-cn", "family")


def python() -> Iterator[Answer]:
    """The interpreter is one that hedui is tried with."""
    found = ".".join(map(str, sys.version_info[:3]))
    if PYTHONS[0] <= sys.version_info[:2] < PYTHONS[1]:
        yield ok("python", found)
    else:
        yield to_do("python", Fault("doctor.python", sys.executable, {"found": found}))


def libraries(lock: Path = LOCK) -> Iterator[Answer]:
    """Every library is the one that was tested. A line with a condition (`; python_full_version …`) binds only where it is installed."""
    if not lock.is_file():
        yield unknown("libraries", Fault("doctor.no_lock", lock.name))
        return
    wanted: dict[str, set[str]] = defaultdict(set)
    bound: set[str] = set()
    for name, pinned, condition in PINNED.findall(lock.read_text(encoding="utf-8")):
        wanted[name].add(pinned)
        if not condition:
            bound.add(name)
    found = {name: installed(name) for name in wanted}
    missing = [name for name in sorted(bound) if found[name] is None]
    others = [f"{name} {found[name]}" for name in sorted(wanted) if found[name] is not None and found[name] not in wanted[name]]
    if missing:
        yield to_do("libraries", Fault("doctor.library_missing", lock.name, {"count": len(missing), "names": few(missing)}))
    if others:
        yield to_do("libraries", Fault("doctor.library_version", lock.name, {"count": len(others), "names": few(others)}))
    if not missing and not others:
        yield ok("libraries", str(len(wanted)))


def installed(name: str) -> str | None:
    """The version of an installed library."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def few(names: list[str]) -> str:
    """The first names."""
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")


def time_zone() -> Iterator[Answer]:
    """Days are China's wherever the machine stands."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(ZONE)
    except ZoneInfoNotFoundError:
        yield to_do("time_zone", Fault("doctor.time_zone", ZONE))
    else:
        yield ok("time_zone", ZONE)


def fonts() -> Iterator[Answer]:
    """Pictures and PDFs need a font that has Chinese."""
    lister = shutil.which("fc-list")
    if lister is None:
        yield unknown("fonts", Fault("doctor.no_fontconfig", "fc-list"))
        return
    told = subprocess.run([lister, *CHINESE], capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - a program of PATH, fixed words
    families = sorted({line.split(",")[0].strip() for line in told.stdout.decode("utf-8", "replace").splitlines() if line.strip()})
    if families:
        yield ok("fonts", few(families[:3]))
    else:
        yield to_do("fonts", Fault("doctor.no_fonts", "fc-list"))


def pango() -> Iterator[Answer]:
    """The bulletin's PDF is set by Pango; it is loaded in a process of its own, because a library that is half there may end one."""
    told = subprocess.run([sys.executable, "-c", "import weasyprint"], capture_output=True, timeout=SECONDS, check=False)
    yield ok("pango") if told.returncode == 0 else to_do("pango", Fault("doctor.no_pango", "weasyprint"))


def java() -> Iterator[Answer]:
    """Only `hedui link --engine spark` needs Java."""
    program = shutil.which("java")
    if program is None:
        yield unknown("java", Fault("doctor.no_java", "java"))
        return
    told = subprocess.run([program, "-version"], capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - likewise
    found = re.search(rb'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    if found is None:
        yield unknown("java", Fault("doctor.no_java", "java"))
    elif int(found[1]) < OLDEST_JAVA:
        yield to_do("java", Fault("doctor.old_java", "java", {"found": int(found[1]), "oldest": OLDEST_JAVA}))
    else:
        yield ok("java", found[1].decode())


def umask() -> Iterator[Answer]:
    """Files of hedui are private whatever the mask; what Airflow and backups write is not."""
    mask = os.umask(0o077)
    os.umask(mask)
    if mask & 0o022 == 0o022:
        yield ok("umask", f"{mask:03o}")
    else:
        yield to_do("umask", Fault("doctor.umask", f"umask {mask:03o}"))


def encoding() -> Iterator[Answer]:
    """File names of deliveries are Chinese."""
    found = locale.getencoding() if not sys.flags.utf8_mode else "utf-8"
    if found.lower().replace("-", "") == "utf8":
        yield ok("encoding", found)
    else:
        yield to_do("encoding", Fault("doctor.encoding", "LC_ALL", {"found": found}))
