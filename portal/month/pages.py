"""The pages of the month. Whoever signs here writes to the gate that Airflow writes to, and to exactly the content that the page showed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from pydantic import StringConstraints

from portal.month import shown
from portal.render import XLSX, locale_of, page, say_next, say_to
from portal.visitor import NotAllowed, may_open, ours, settings_of
from sql import returns
from sql.accounts import User
from submission.monthly.approval import LONGEST_REASON
from submission.monthly.draft import TABLE, WORKBOOK
from submission.monthly.reading import Listed, every_return, one_return, read
from submission.monthly.signing import Reading, sign
from vocabulary.errors import GateRefused

router = APIRouter(prefix="/month")
Statistician = Annotated[User, Depends(may_open("month"))]
FILES = {
    "xlsx": (WORKBOOK, XLSX),
    "csv": (TABLE, "text/csv"),
}
OVERTAKEN = ("monthly.read_another", "monthly.not_approved")
"""Somebody else was faster."""
Mark = Annotated[str, StringConstraints(max_length=16)]


def wanted(request: Request, user: Statistician, return_id: Annotated[str, Path(max_length=16)]) -> Listed:
    """A dependency: the return, where it is one, and of the user's areas. Raises NotAllowed."""
    try:
        found = one_return(settings_of(request), return_id)
    except GateRefused:
        raise NotAllowed from None
    if found is None or not found.lies_in(user.areas):
        raise NotAllowed
    return found


Wanted = Annotated[Listed, Depends(wanted)]


@dataclass(frozen=True)
class Written:
    """The form as it came: yes or no, to which content, why, and which warnings were ticked off."""

    said: Literal["approved", "rejected"] = "rejected"
    content: str = ""
    reason: str = ""
    seen: tuple[str, ...] = ()


def written(
    said: Annotated[Literal["approved", "rejected"], Form()],
    content: Annotated[str, Form(pattern="^[0-9a-f]{64}$")],
    reason: Annotated[str, Form(max_length=2 * LONGEST_REASON)] = "",
    seen: Annotated[tuple[Mark, ...], Form(max_length=500)] = (),
) -> Written:
    """A dependency: the form. Browsers send two characters for the end of a line, which they count as one."""
    return Written(said, content, reason.replace("\r\n", "\n"), seen)


@router.get("")
def months(request: Request, user: Statistician) -> Response:
    """Every month's returns and where each stands."""
    found = [one for one in every_return(settings_of(request)) if one.lies_in(user.areas)]
    return page(request, "month/months.html", returns=found)


@router.get("/{return_id}")
def one_month(request: Request, user: Statistician, one: Wanted) -> Response:
    """One return: the verdict, the table, what changed, and the form for the answer."""
    return whole(request, one, Written(), None)


def whole(request: Request, one: Listed, written: Written, refused: str | None, status: int = 200) -> Response:
    """The page, with what was written so far and why it was not taken."""
    reading, locale = read(settings_of(request), one), locale_of(request)
    said = shown.objections(reading, locale)
    asks = one.told["status"] == returns.AWAITING and not reading.changed
    return page(
        request, "month/month.html", status, one=one, reading=reading, said=said, asks=asks, heads=shown.heads(), lines=shown.lines(reading),
        changes=shown.changes(reading, locale),
        answered_on=shown.answered_on(reading), written=written, refused=refused, longest=LONGEST_REASON,
        title_of=lambda column: shown.title_of(column, locale),
    )  # fmt: skip


@router.get("/{return_id}/return.{kind}")
def file(request: Request, user: Statistician, one: Wanted, kind: Literal["xlsx", "csv"]) -> Response:
    """The return's own workbook or table, as it was put together."""
    name, media_type = FILES[kind]
    standing = "" if one.is_sealed else "-draft"
    return FileResponse(one.folder / name, media_type=media_type, filename=f"{one.told['return_id']}{standing}.{kind}")


@router.post("/{return_id}/answer", dependencies=[Depends(ours)])
def answer(request: Request, user: Statistician, one: Wanted, given: Annotated[Written, Depends(written)]) -> Response:
    """Let the return out, or turn it down; the page again where the answer could not be taken."""
    return_id, approved = str(one.told["return_id"]), given.said == "approved"
    try:
        sign(Reading(return_id, given.content, given.seen), approved=approved, by=user.user_id, through="portal", reason=given.reason)
    except GateRefused as refusal:
        code = refusal.faults[0].code
        kept = replace(given, seen=()) if code in OVERTAKEN else given  # what was ticked off was another return's
        return whole(request, wanted(request, user, return_id), kept, code, 409 if code in OVERTAKEN else 422)
    say = say_to(request)
    say_next(request, say("已签批并封存。") if approved else say("已退回，理由已记录。"))
    return RedirectResponse(f"/month/{return_id}", 303)
