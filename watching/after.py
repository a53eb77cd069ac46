"""Front door: what follows a night. It is measured, its report page and metrics are written, and people are told. Nothing here turns a night red."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from sql.follow_up import is_county, tasks_by_place
from vocabulary.errors import Refusal
from vocabulary.logs import tell
from vocabulary.runs import private_folder, write_private
from vocabulary.settings import METRICS, Settings
from watching import judge, notices, notify
from watching.measure import measured
from watching.metrics import metrics
from watching.nights import GREEN, MEASURED, Night, night_of, nights_before
from watching.page import NIGHTS_DRAWN, Compared, page
from watching.small import counts_of, fives

PAGE = "report.html"
READABLE = 0o644
"""Of the metrics' file where HEDUI_METRICS names it: another user's node_exporter reads it, and it holds no exact count."""


def night(run_id: str) -> None:
    """Front door of the nightly DAG, for a night that has its report."""
    settings = Settings.from_environment()
    _quietly(run_id, "log", lambda: log_lines(night_of(settings, run_id)))
    _quietly(run_id, "page", lambda: write_page(settings, run_id))
    _quietly(run_id, "metrics", lambda: write_metrics(settings, run_id))
    _quietly(run_id, "notices", lambda: tell_of_night(settings, run_id))


def broke_down(run_id: str, error: BaseException | None = None) -> None:
    """Front door for a night that could not be opened or closed: it has no report, so only people are told."""
    _quietly(run_id, "notices", lambda: tell_in_short("night.broke", run_id, codes_of(error)))


def late(code: str, run_id: str) -> None:
    """Front door for a night or month whose deadline is over."""
    _quietly(run_id, "notices", lambda: tell_in_short(code, run_id))


def month_held(run_id: str, error: BaseException | None = None) -> None:
    """Front door for a monthly return that is held back."""
    _quietly(run_id, "notices", lambda: tell_in_short("month.held", run_id, codes_of(error)))


def write_page(settings: Settings, run_id: str, out: Path | None = None) -> Path:
    """Measure the night unless it is, and write its page into its folder or another. Raises ConfigurationError for a night that is not here."""
    told = compared(settings, run_id)
    return write_private((private_folder(out) if out else told.night.folder) / PAGE, page(told, settings.locale))


def compared(settings: Settings, run_id: str) -> Compared:
    """A night that has been measured, with those before it. A snapshot is measured once: it never changes."""
    now, before = night_of(settings, run_id), nights_before(settings, run_id, max(NIGHTS_DRAWN, judge.BASELINE))
    if not now.measured:
        last = before[-1].folder if before else None
        write_private(now.folder / MEASURED, json.dumps(measured(now.folder, last), ensure_ascii=False, indent=1))
        now = night_of(settings, run_id)
    return Compared(now, before)


def write_metrics(settings: Settings, run_id: str) -> Path:
    """The metrics' file, whole. A past night that is run again is no newer one: the file stays as it is."""
    told = compared(settings, run_id)
    path = Path(os.environ[METRICS]) if os.environ.get(METRICS) else private_folder(settings.home / "metrics") / "hedui.prom"
    if _newest_closed(settings) != told.night.folder.name and path.is_file():
        return path
    tasks = [
        (place.place_code, state, getattr(place, state))
        for place in tasks_by_place(settings)
        if is_county(place.place_code)
        for state in ("registered", "open", "overdue", "answered")
    ]
    ended = (told.night.folder / "report.json").stat().st_mtime
    write_private(path, metrics(told.night, told.before, ended, _last_good(told), tasks))
    if os.environ.get(METRICS):
        path.chmod(READABLE)
    return path


def _newest_closed(settings: Settings) -> str:
    return max((path.parent.name for path in (settings.home / "runs").glob("*/report.json")), default="")


def _last_good(told: Compared) -> float:
    """When the newest good night ended; 0 where the nights that are looked at hold none."""
    good = [one.folder / "report.json" for one in (*told.before, told.night) if one.report["status"] == GREEN]
    return max((path.stat().st_mtime for path in good if path.is_file()), default=0.0)


def tell_of_night(settings: Settings, run_id: str) -> list[str]:
    """Send what the night gives to tell; the channels that took it."""
    told = compared(settings, run_id)
    notice = notices.of_night(told.night, told.last, settings.locale)
    return notify.send(notice, notices.channels(os.environ)) if notice else []


def tell_in_short(code: str, run_id: str, codes: Iterable[str] = ()) -> list[str]:
    """Send that something happened of which there is no report; the channels that took it."""
    settings = Settings.from_environment()
    return notify.send(notices.in_short(code, run_id, settings.locale, tuple(codes)), notices.channels(os.environ))


def codes_of(error: BaseException | None) -> tuple[str, ...]:
    """The codes of a refusal; of anything else nothing, for its words may hold a value."""
    return tuple(sorted({fault.code for fault in error.faults})) if isinstance(error, Refusal) else ()


def log_lines(night: Night) -> None:
    """One line a stage, one a registry or its part, one for the night; counts of people in fives."""
    report = night.report
    for name, stage in report["stages"].items():
        tell("stage.done", run_id=night.run_id, stage=name, seconds=stage["seconds"], counts=counts_of(name, stage["counts"]))
    for row in report["registries"]:
        told = {"registry": row["registry"], "county": row.get("county"), "status": row["status"], "code": row.get("reason")}
        tell("registry.used", run_id=night.run_id, counts={"rows": fives(row.get("rows_accepted") or 0)}, **told)
    for fault in report["faults"]:
        tell("night.fault", logging.WARNING, run_id=night.run_id, code=fault["code"])
    level = logging.INFO if night.green else logging.ERROR
    tell("night.done", level, run_id=night.run_id, as_of=report["as_of"], status=report["status"], seconds=round(night.seconds, 2))


def _quietly(run_id: str, what: str, do: Callable[[], object]) -> None:
    """Do it; what goes wrong is a line with its kind, for its words may hold a value, and the night is what it is."""
    try:
        do()
    except Refusal as refusal:
        for fault in refusal.faults:
            tell("watch.failed", logging.WARNING, run_id=run_id, stage=what, code=fault.code)
    except Exception as error:  # noqa: BLE001 - see above
        tell("watch.failed", logging.WARNING, run_id=run_id, stage=what, kind=type(error).__name__)
