"""The pages of progress, open to every role: how follow-up goes, what registries delivered, and the bulletin's plots."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from markupsafe import Markup

from portal.progress.shown import progress_of
from portal.render import locale_of, page
from portal.visitor import may_open, settings_of
from sql.accounts import User
from sql.last_night import last_night
from submission.bulletin.plots import newest_plots
from vocabulary.dates import today
from vocabulary.errors import Fault, GateRefused
from vocabulary.wording import REGISTRIES, words

router = APIRouter(prefix="/progress")
Anybody = Annotated[User, Depends(may_open("progress"))]


@router.get("")
def progress(request: Request, user: Anybody) -> Response:
    """Children registered after follow-up first; then by county and township; then the registries."""
    settings, locale = settings_of(request), locale_of(request)
    titles = {name: words(REGISTRIES, name, locale) for name in REGISTRIES}  # in the order in which people name them
    night = last_night(settings)
    order = {name: place for place, name in enumerate(titles)}
    delivered = sorted(night.registries, key=lambda one: order.get(one["registry"], len(order))) if night else []
    told = progress_of(settings, user, night.as_of if night else today())
    return page(request, "progress/progress.html", told=told, night=night, titles=titles, delivered=delivered)


@router.get("/plots")
def plots(request: Request, user: Anybody) -> Response:
    """The bulletin's plots of the newest sealed month: a page, or the part of one that HTMX asks for. The first reader waits some seconds."""
    faults: tuple[Fault, ...] = ()
    drawn = None
    try:
        drawn = newest_plots(settings_of(request), locale_of(request))
    except GateRefused as refusal:
        faults = tuple(refusal.faults)
    part = "progress/plots_part.html" if request.headers.get("HX-Request") else "progress/plots.html"
    return page(request, part, drawn=drawn, faults=[fault.code for fault in faults], svg=Markup)
