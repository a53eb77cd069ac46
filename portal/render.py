"""Pages from templates, in the reader's language. Everything is escaped; no template holds a script or a style of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from portal.language import CHINESE, LOCALES, Say, say_in, translations
from portal.parts import open_to
from portal.visitor import form_mark
from vocabulary.errors import Fault
from vocabulary.roles import TITLES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATIC = Path(__file__).parent / "static"


@cache
def environment(locale: str) -> Environment:
    """Templates in one language."""
    made = Environment(
        loader=PackageLoader("portal"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    made.filters["day"] = lambda day: "" if day is None else day_in(locale, day)
    made.globals.update(asset=asset, role_title=TITLES.__getitem__)
    return made


@cache
def asset(name: str) -> str:
    """The address of a file of ours: with its digest, so that browsers may keep it for ever."""
    return f"/static/{name}?{hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def day_in(locale: str, day: date) -> str:
    """A day as people write it: 2026-10-31 in Chinese forms, 31 Oct 2026 in English."""
    return day.isoformat() if locale == CHINESE else format_date(day, "d MMM y", locale="en_GB")


def locale_of(request: Request) -> str:
    """The language of the page: as the reader switched, else as the account says, else Chinese."""
    user = getattr(request.state, "user", None)
    chosen = request.session.get("locale") or (user.locale if user else None)
    return chosen if chosen in LOCALES else CHINESE


def say_to(request: Request) -> Say:
    """A function that says a Chinese text in the reader's language."""
    return say_in(locale_of(request))


def page(request: Request, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
    """A page; `facts` are the template's own."""
    locale = locale_of(request)
    user = getattr(request.state, "user", None)
    shared = {
        "user": user,
        "menu": open_to(user.role) if user and not user.must_change else [],
        "here": request.url.path,
        "locale": locale,
        "locales": LOCALES,
        "form_mark": form_mark(request),
        "note": request.session.pop("note", None),
    }
    return HTMLResponse(environment(locale).get_template(template).render(**shared | facts), status)


def problem(request: Request, status: int, faults: Iterable[Fault] = ()) -> HTMLResponse:
    """The page of what did not work: what happened, what to do, and codes for whoever is asked."""
    return page(request, "problem.html", status, number=status, faults=[fault.text(locale_of(request)) for fault in faults])


def say_next(request: Request, text: str) -> None:
    """A sentence that the next page shows once: what was done. Never a person's value."""
    request.session["note"] = text
