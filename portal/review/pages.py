"""The steward's pages: what waits, an undecided pair side by side, and how far stewards agree."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from portal.language import Say
from portal.render import locale_of, page, say_next, say_to
from portal.review import reading, wording
from portal.review.agreement import FEWEST, agreement_of
from portal.review.chart import bars_of
from portal.review.reading import Last, Opened, Written
from portal.visitor import may_open, ours, settings_of
from reconciliation.review_turns import Turn
from reconciliation.worklist_forms import texts
from sql.accounts import User
from sql.readings import agreement, differing, queue_of, read_lately
from sql.serving import desk_session
from sql.task_number import WRITTEN
from vocabulary.dates import today
from vocabulary.findings import ANSWERS
from vocabulary.wording import REGISTRIES, words

router = APIRouter(prefix="/review")
Steward = Annotated[User, Depends(may_open("review"))]
Short = Annotated[str, Form(max_length=200)]
LAST, COUNT, KEYS_OFF = "review_last", "review_count", "review_keys_off"
"""In the signed cookie: the last answer of this login, how many there were, and that single-key shortcuts are switched off."""
MY_LAST = 10
DECIDED_OTHERWISE = "decided_otherwise"
TaskNo = Annotated[str, Path(pattern=WRITTEN)]


def written(
    code: Short = "", reason: Short = "", more: Short = "", revise: Annotated[bool, Form()] = False,
    seen: Annotated[int, Form(ge=0, le=10_000)] = 0,
) -> Written:  # fmt: skip
    """A dependency: the form."""
    return Written(code, reason, more, revise, seen)


@router.get("")
def queue_page(request: Request, user: Steward) -> Response:
    """How many pairs wait, my last answers, where two stewards differ, and how far they agree. It shows no record."""
    with desk_session(settings_of(request), user.scope) as session:
        queue = queue_of(session, user.user_id, today() - reading.READ_AGAIN_WITHIN)
        lately, apart = read_lately(session, user.user_id, MY_LAST), differing(session, user.user_id)
        agreed = agreement_of(agreement(session))
    facts: dict[str, Any] = {"queue": queue, "lately": lately, "apart": apart, "agreed": agreed, "fewest": FEWEST, "last": last_of(request)}
    facts["names"] = {code: said(code, request) for code in wording.REASONS}
    return page(request, "review/queue.html", **facts)


@router.get("/next")
def next_pair(request: Request, user: Steward, after: Annotated[str, Query(max_length=16)] = "") -> Response:
    """The next pair, or the queue when none is left."""
    return onward(request, user, after)


@router.post("/undo", dependencies=[Depends(ours)])
def undo(request: Request, user: Steward) -> Response:
    """Take back the last answer of this login, and show its pair again."""
    last, say = last_of(request), say_to(request)
    request.session.pop(LAST, None)
    if last is None or not reading.undone(settings_of(request), user, last, today()):
        say_next(request, say("没有可以撤销的判定。"))
        return RedirectResponse("/review", 303)
    request.session[COUNT] = max(0, int(request.session.get(COUNT, 0)) - 1)
    say_next(request, say("已撤销对任务 %(task)s 的判定，请重新判定。") % {"task": last.task_no})
    return RedirectResponse(f"/review/{last.task_no}", 303)


@router.post("/keys", dependencies=[Depends(ours)])
def keys(request: Request, user: Steward, task_no: Annotated[str, Form(pattern=WRITTEN)], on: Annotated[bool, Form()] = False) -> Response:
    """Switch single-key shortcuts on or off (WCAG 2.1.4)."""
    request.session[KEYS_OFF] = not on
    say = say_to(request)
    say_next(request, say("快捷键已打开。") if on else say("快捷键已关闭。"))
    return RedirectResponse(f"/review/{task_no}", 303)


@router.get("/{task_no}")
def pair_page(request: Request, user: Steward, task_no: TaskNo) -> Response:
    """One pair; the look is in the log before the page is out."""
    return show(request, user, task_no, Written(), {})


@router.post("/{task_no}", dependencies=[Depends(ours)])
def decide(request: Request, user: Steward, task_no: TaskNo, told: Annotated[Written, Depends(written)]) -> Response:
    """Take the answer and go on to the next pair; or the pair again, with what is wrong."""
    last, wrong, facts = reading.answer(settings_of(request), user, task_no, told, today())
    say = say_to(request)
    if wrong == [reading.DECIDED_BY_ANOTHER]:
        say_next(request, say("任务 %(task)s 刚由他人判定，您的判定没有记录。") % {"task": task_no})
        return onward(request, user, task_no)
    if wrong:
        return show(request, user, task_no, told, {code: problem_text(code, facts, say) for code in wrong})
    if last is not None:
        request.session[LAST] = reading.kept(last)
        request.session[COUNT] = int(request.session.get(COUNT, 0)) + 1
        say_next(request, say("任务 %(task)s 已记录：%(answer)s。") % {"task": task_no, "answer": said(told.code, request)})
    return onward(request, user, task_no)


def onward(request: Request, user: User, after: str) -> Response:
    """To the pair that follows, or to the queue."""
    found = reading.next_in(reading.waiting(settings_of(request), user, today()), after)
    return RedirectResponse(f"/review/{found}" if found else "/review", 303)


def show(request: Request, user: User, task_no: str, told: Written, problems: dict[str, str]) -> Response:
    """The pair with its form. `problems`: code -> why the answer was not taken."""
    opened = reading.opened(settings_of(request), user, task_no, today())
    facts = facts_of(request, opened, user)
    facts["may_revise"] |= not facts["changes"] and (told.revise or DECIDED_OTHERWISE in problems)
    return page(request, "review/pair.html", 422 if problems else 200, form=told, problems=problems, **facts)


def facts_of(request: Request, opened: Opened, user: User) -> dict[str, Any]:
    """What the template needs. A blind second reading looks as a first one does."""
    say, locale, shown = say_to(request), locale_of(request), opened.shown
    blind = opened.turn == Turn.MEASURES
    mine = opened.turn in (Turn.CHANGES, Turn.AGREES)
    return {
        "task_no": opened.asked.task_no,
        "rows": wording.rows_of(shown, say, locale),
        "sides": [(side, words(REGISTRIES, str(side["registry"]), locale)) for side in (shown.left, shown.right)],
        "bars": [] if shown.weight is None else bars_of(shown.steps, shown.weight, say, locale),
        "missing": wording.joined([wording.comparison(name, locale) for name in shown.missing], locale),
        "why": wording.joined(wording.why_asked(opened.asked.finding, locale), locale),
        "as_of": shown.as_of,
        "seen": 0 if blind else opened.asked.answers,
        "changes": mine,
        "readings": opened.asked.readings if opened.turn == Turn.AGREES else [
            told for told in opened.asked.readings if mine and told.reader == user.user_id
        ],
        "may_revise": not mine and "decisions_contradict" in str(opened.asked.finding["evidence"] or ""),
        "answers": [(code, said(code, request), wording.REASONS[code]) for code in wording.REASONS],
        "names": {code: said(code, request) for code in wording.REASONS},
        "left": len(opened.queue), "count": int(request.session.get(COUNT, 0)), "last": last_of(request),
        "keys_on": not request.session.get(KEYS_OFF),
    }  # fmt: skip


def last_of(request: Request) -> Last | None:
    """The last answer of this login."""
    told = request.session.get(LAST)
    return Last(**told) if told else None


def said(code: str, request: Request) -> str:
    """An answer in words; of a pair, a second look is what who cannot tell asks for."""
    say = say_to(request)
    return say("不能判定") if code not in ("S1", "S2") else say(ANSWERS[code].zh)


def problem_text(code: str, facts: dict[str, str], say: Say) -> str:
    """Why an answer was not taken, and what to do."""
    if code == reading.NOT_KEPT:
        return say("判定理由不能保留：请写 50 字以内，不写姓名、证件号码、电话，也不写与登记无关的内容。")
    if code == reading.CHOICE_MISSING:
        return say("请先选一项：是同一名儿童、不是同一名儿童、不能判定。")
    if code == reading.REASON_MISSING:
        return say("请选一项判定理由，或自己写明：50 字以内，不写姓名、证件号码、电话。")
    if code == DECIDED_OTHERWISE:
        return say("与以前对这两条记录的判定相反：请核对；确要更改，请勾选“更改以前的判定”。")
    return say(texts("return_reason")[code]).format(**facts)
