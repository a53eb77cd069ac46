"""The last night, for a page: how it went, and what each registry delivered to it. Counts and codes only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, text

from sql.nights import OPEN
from sql.report import read_report
from sql.serving import serving
from sql.tables import RUN
from vocabulary.errors import ConfigurationError
from vocabulary.runs import Run
from vocabulary.settings import Settings

NEWEST = "SELECT run_id, as_of, status FROM export_night WHERE closed_at IS NOT NULL ORDER BY as_of DESC, closed_at DESC LIMIT 1"


@dataclass(frozen=True)
class LastNight:
    """`registries`: one object a registry, as the night's report has it; empty where its folder is not here. `faults`: code and place."""

    run_id: str
    as_of: date
    status: str
    registries: tuple[dict[str, Any], ...]
    faults: tuple[tuple[str, str], ...]


def last_night(settings: Settings) -> LastNight | None:
    """The newest night that was closed; None before the first."""
    columns = (RUN.c.run_id, RUN.c.as_of, RUN.c.status)
    newest = select(*columns).where(RUN.c.closed_at.is_not(None), RUN.c.status != OPEN).order_by(RUN.c.as_of.desc(), RUN.c.closed_at.desc())
    with serving(settings, "export") as connection:
        row = connection.execute(newest.limit(1) if settings.database_role is None else text(NEWEST)).first()
    if row is None:
        return None
    report = report_of(settings, str(row.run_id))
    faults = tuple((str(fault["code"]), str(fault["where"])) for fault in report.get("faults", ()))
    return LastNight(str(row.run_id), row.as_of, str(row.status), tuple(report.get("registries", ())), faults)


def report_of(settings: Settings, run_id: str) -> dict[str, Any]:
    """The night's report; empty where its folder is on another machine, or gone."""
    try:
        return read_report(Run.load(settings, run_id)) or {}
    except ConfigurationError:
        return {}
