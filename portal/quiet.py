"""What nobody foresaw: its place and kind go into the log, its words nowhere, for they may hold a person's value (rights.md R11)."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import Request

from portal.render import problem
from vocabulary.errors import unforeseen

LOG = logging.getLogger("hedui.portal")


class Quiet:
    """Innermost of the middleware: no server and no framework outside it ever sees the error."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def noted(message: dict[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, its words stay here
            quiet = unforeseen(error)
        LOG.error("%s", quiet)
        if not begun:
            request = Request(scope, receive)
            await problem(request, 500, quiet.faults)(scope, receive, send)
