"""The desk's list on paper and as a workbook: out as it stands now, in as `hedui outcomes` takes it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, File, Request, UploadFile
from fastapi import Path as InPath
from fastapi.responses import FileResponse, Response

from portal.desk import wording
from portal.desk.asking import Filter, filtered, looked_at, reader_of, shown_rows
from portal.render import XLSX, page
from portal.visitor import NotAllowed, actor, may_open, ours, settings_of
from reconciliation.desk_list import file_now
from reconciliation.outcome_known import recipient_named
from reconciliation.outcome_rows import titles
from reconciliation.outcomes import Sender, take_outcomes
from reconciliation.worklist_desks import file_stem
from reconciliation.worklist_forms import texts
from sql.accounts import User
from sql.desk_tasks import Listed, page_of
from sql.serving import desk_session
from vocabulary.access import LookKind
from vocabulary.dates import today
from vocabulary.runs import private_folder

router = APIRouter()
Clerk = Annotated[User, Depends(may_open("desk"))]
Wanted = Annotated[Filter, Depends(filtered)]
MOST = 2_000
"""Tasks in one file or print-out."""
ENDINGS = (".xlsx", ".csv")


def everything(request: Request, user: User, wanted: Filter) -> list[Listed]:
    """The whole list as it is wanted, traced as an export."""
    settings = settings_of(request)
    with desk_session(settings, user.scope) as session:
        tasks = page_of(session, wanted.asked(), 0, MOST)
        looked_at(session, user, [task.task_no for task in tasks], LookKind.EXPORTED)
    return tasks


@router.get("/worklist.xlsx")
def workbook(request: Request, user: Clerk) -> Response:
    """The night's workbook with the tasks that still wait."""
    tasks = everything(request, user, Filter())
    waiting = {task.task_no: task.seen_in for task in tasks}
    name, content = file_now(settings_of(request), user.desk or "", waiting, today())
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/print")
def print_out(request: Request, user: Clerk, wanted: Wanted) -> Response:
    """The list for paper: A4, landscape, with room to write."""
    tasks, reader = everything(request, user, wanted), reader_of(request)
    rows = shown_rows(settings_of(request), user.desk, tasks)
    sheets: dict[str, list[tuple[Listed, dict[str, object]]]] = {}
    for task in tasks:
        if task.task_no in rows:
            sheets.setdefault(wording.form_for(user.desk or "", task.kind).name, []).append((task, rows[task.task_no]))
    listed = [(wording.form_for(user.desk or "", told[0][0].kind), told) for told in sheets.values()]
    return page(
        request, "desk/print.html", sheets=listed, wording=wording, reader=reader, unit=wording.unit(user.desk or "", reader), day=today()
    )


@router.get("/upload")
def upload_page(request: Request, user: Clerk) -> Response:
    """Where a filled list is handed in."""
    return page(request, "desk/upload.html", taken=None, faults=[], returned=None, reasons={}, wrong=False)


@router.post("/upload", dependencies=[Depends(ours)])
def upload(request: Request, user: Clerk, file: Annotated[UploadFile, File()]) -> Response:
    """Take a filled list: every row of this desk's that can be taken; the others are given back with what to do."""
    ending = Path(file.filename or "").suffix.lower()
    if ending not in ENDINGS:
        return page(request, "desk/upload.html", 422, taken=None, faults=[], returned=None, reasons={}, wrong=True)
    settings, desk = settings_of(request), user.desk or ""
    with tempfile.TemporaryDirectory(dir=private_folder(settings.home / "uploads")) as folder:
        path = Path(folder) / f"{file_stem(recipient_named(desk))}{ending}"
        path.write_bytes(file.file.read())
        sheets, faults = request.app.state.read_worklists([path], titles())
    taken = take_outcomes(sheets, settings, today(), Sender(desk, actor(user)))
    reader = reader_of(request)
    said = [fault.text(reader.locale) for fault in (*faults, *taken.faults)]
    reasons = {reader.say(texts("return_reason")[code]): count for code, count in taken.reasons.items()}
    back = next((path.parent.name for path in taken.files if path.suffix == ".xlsx"), None)
    return page(request, "desk/upload.html", 422 if said else 200, taken=taken, faults=said, returned=back, reasons=reasons, wrong=False)


@router.get("/returned/{folder}")
def returned(request: Request, user: Clerk, folder: Annotated[str, InPath(pattern=r"^[0-9a-f]{12}$")]) -> Response:
    """The rows of an upload that could not be taken, as a workbook to be put right."""
    name = f"returned-{file_stem(recipient_named(user.desk or ''))}.xlsx"
    path = settings_of(request).home / "returned" / folder / name
    if not path.is_file():
        raise NotAllowed
    return FileResponse(path, media_type=XLSX, filename=name)
