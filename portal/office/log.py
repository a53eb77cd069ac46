"""The access log: read newest first, walked from its first entry to its last, downloaded as a table that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import astuple, fields
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from portal.office.words import LOOKS, PROCESSES, PURPOSES
from portal.render import page
from portal.visitor import actor, may_open, ours, settings_of
from reconciliation.worklist_sheets import harmless
from sql.access import trace
from sql.access_chain import verify_log
from sql.accounts import User
from sql.log_pages import PAGE, Entry, Sought, all_entries, count, entries
from sql.rows import now
from sql.serving import serving
from vocabulary.access import Look, LookKind, Purpose, digest_of
from vocabulary.dates import CHINA
from vocabulary.errors import GateRefused
from vocabulary.roles import TITLES
from vocabulary.settings import Settings

router = APIRouter()
Reader = Annotated[User, Depends(may_open("log"))]
LINES = 500
"""Lines of a download that are sent at a time."""


def sought_in(
    actor_name: Annotated[str, Query(alias="actor", max_length=80)] = "",
    look: Annotated[str, Query(max_length=40)] = "",
    day: Annotated[str, Query(max_length=10)] = "",
) -> Sought:
    """What a form asks for; a field that is empty, or holds no day, asks for nothing."""
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        on = None
    return Sought(actor_name.strip() or None, look if look in set(LookKind) else None, on)


Filtered = Annotated[Sought, Depends(sought_in)]


@router.get("/log")
def show(request: Request, user: Reader, sought: Filtered, before: Annotated[int | None, Query(ge=1, le=10**12)] = None) -> Response:
    """A page of entries."""
    return log_page(request, sought, before)


def log_page(request: Request, sought: Sought, before: int | None = None, status: int = 200, **verified: Any) -> Response:
    """A page of entries, with what came of walking the chain where that was asked for."""
    found = entries(settings_of(request), sought, before)
    older = found[PAGE - 1].entry_no if len(found) > PAGE else None
    asked = {"actor": sought.actor, "look": sought.look, "day": sought.day}
    who = PROCESSES | {role.value: title for role, title in TITLES.items()}
    told = {"looks": LOOKS, "purposes": PURPOSES, "who": who, "chain": None, "broken": None, "head": ""} | verified
    query = urlencode({name: value for name, value in asked.items() if value})
    return page(request, "office/log.html", status, entries=found[:PAGE], older=older, before=before, sought=sought, query=query, **told)


@router.get("/log/verify")
def back(request: Request, user: Reader) -> Response:
    """Its form stands on the page."""
    return RedirectResponse("/log", 303)


@router.post("/log/verify", dependencies=[Depends(ours)])
def verify(request: Request, user: Reader, head: Annotated[str, Form(max_length=80)] = "") -> Response:
    """Walk the whole log; against a hash that was copied down earlier, where one is given."""
    head = head.strip().lower()
    try:
        chain = verify_log(settings_of(request), head or None)
    except GateRefused as refused:
        fault = refused.faults[0]
        return log_page(request, Sought(), status=409, broken={"code": fault.code, "entry": fault.where.rpartition("/")[2]}, head=head)
    return log_page(request, Sought(), chain=chain, head=head)


@router.get("/log/export")
def export(request: Request, user: Reader, sought: Filtered) -> Response:
    """All entries that are sought, as CSV for WPS and Excel. The download itself is written down first."""
    settings = settings_of(request)
    newest, many = entries(settings, sought, size=1), count(settings, sought)
    found = digest_of([newest[0].entry_hash if newest else "", *map(str, astuple(sought))])
    with serving(settings, "accounts") as connection:
        trace(connection, [Look(LookKind.LOG_EXPORTED, Purpose.AUDIT, actor(user), many, found)])
    name = f"hedui-access-log-{now().astimezone(CHINA).date().isoformat()}.csv"
    lines = table(settings, sought, newest[0].entry_no + 1 if newest else 1)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def table(settings: Settings, sought: Sought, before: int) -> Iterator[str]:
    """The download in pieces, under the log's own column names: with them anybody can walk the chain."""
    written = io.StringIO()
    written.write("\ufeff")  # or Excel takes it for GBK
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow([field.name for field in fields(Entry)])
    for at, entry in enumerate(all_entries(settings, sought, before), start=1):
        lines.writerow(
            ["" if cell is None else cell.isoformat() if hasattr(cell, "isoformat") else harmless(str(cell)) for cell in astuple(entry)]
        )
        if at % LINES == 0:
            yield written.getvalue()
            written.seek(0)
            written.truncate()
    yield written.getvalue()
