"""Front door: the portal as an ASGI application. Its own process, its own address, never inside Airflow's server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware

from portal import desk, month, office, progress, review, signing_in
from portal.headers import SecurityHeaders
from portal.limits import LimitedBody
from portal.quiet import LOG, Quiet
from portal.render import STATIC, problem
from portal.settings import PortalSettings
from portal.visitor import Forged, NotAllowed, NotComplete, NotLoggedIn
from reconciliation.desk_items import read_ahead
from sql.acting import acting_as
from sql.database import writing
from vocabulary.answers import AnswerSheet
from vocabulary.areas import Areas
from vocabulary.errors import Fault, Refusal
from vocabulary.settings import Settings

Reader = Callable[[Sequence[Path], Iterable[str]], tuple[list[AnswerSheet], list[Fault]]]
"""connectors.worklists.read_worklists, handed in: the portal knows no file formats."""
COOKIE, HOST_COOKIE, WORKING_DAY = "hedui", "__Host-hedui", 10 * 3600
"""Over TLS the name itself says that no other host and no plain page may have set it."""


def create_app(settings: Settings, portal: PortalSettings, read_worklists: Reader) -> FastAPI:
    """The application. Brings the schema up to date, or raises as `sql.database.writing` does."""
    with acting_as("accounts"), writing(settings):
        pass
    app = FastAPI(
        title="hedui",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # such an answer would repeat whatever host the request named
        middleware=[
            Middleware(SecurityHeaders, https=portal.https),
            Middleware(LimitedBody),
            Middleware(GZipMiddleware, minimum_size=1024),
            Middleware(
                SessionMiddleware,
                secret_key=portal.secret.reveal(),
                session_cookie=HOST_COOKIE if portal.https else COOKIE,
                max_age=WORKING_DAY,
                https_only=portal.https,
            ),
            Middleware(Quiet),
        ],
    )
    app.state.settings, app.state.portal, app.state.read_worklists = settings, portal, read_worklists
    app.state.areas = Areas.load(settings.areas_path)
    read_ahead(settings)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for part in (signing_in, desk, review, progress, month, office):
        app.include_router(part.router)
    answer_errors(app)
    return app


def answer_errors(app: FastAPI) -> None:
    """What goes wrong is answered in the reader's language, with a code and what to do, and never with a value."""

    @app.exception_handler(NotLoggedIn)
    def log_in(request: Request, _: NotLoggedIn) -> Response:
        return elsewhere(request, "/login")

    @app.exception_handler(NotComplete)
    def complete(request: Request, told: NotComplete) -> Response:
        return elsewhere(request, told.step)

    @app.exception_handler(NotAllowed)
    def not_there(request: Request, _: NotAllowed) -> Response:
        return problem(request, 404)

    @app.exception_handler(Forged)
    def not_ours(request: Request, _: Forged) -> Response:
        return problem(request, 403)

    @app.exception_handler(HTTPException)
    def refused(request: Request, told: HTTPException) -> Response:
        answer = problem(request, told.status_code)
        answer.headers.update(told.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    def not_understood(request: Request, _: RequestValidationError) -> Response:
        return problem(request, 422)

    @app.exception_handler(Refusal)
    def said_no(request: Request, told: Refusal) -> Response:
        LOG.warning("%s", told)
        return problem(request, 409, told.faults)


def elsewhere(request: Request, path: str) -> Response:
    """Another page; a part of a page that HTMX asked for becomes the whole one."""
    if request.headers.get("HX-Request"):
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)
