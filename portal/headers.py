"""Headers of every answer: nothing from another host, no script or style inside a page, no frame, no referrer, nothing kept by caches."""

from __future__ import annotations

from typing import Any

from secure import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)
from secure.middleware import SecureASGIMiddleware

OWN, NOBODY = "'self'", "'none'"


def headers(*, https: bool) -> Secure:
    """As OWASP's secure headers project lists them, for pages that need nothing from anywhere else."""
    policy = (
        ContentSecurityPolicy().default_src(NOBODY).script_src(OWN).style_src(OWN).img_src(OWN, "data:").connect_src(OWN).form_action(OWN)
        .frame_ancestors(NOBODY).base_uri(NOBODY)
    )  # fmt: skip
    return Secure(
        csp=policy,
        hsts=StrictTransportSecurity().max_age(31_536_000) if https else None,
        xfo=XFrameOptions().deny(),
        xcto=XContentTypeOptions().nosniff(),
        referrer=ReferrerPolicy().same_origin(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().camera().microphone().geolocation(),
    )


def caching(path: str, status: int) -> Secure:
    """Our own files for ever, since their address holds their digest; pages, and what is not there, never."""
    kept = path.startswith("/static/") and status in (200, 304)
    return Secure(cache=CacheControl().public().max_age(31_536_000).immutable() if kept else CacheControl().no_store())


class SecurityHeaders:
    """Puts them on every answer."""

    def __init__(self, app: Any, *, https: bool) -> None:
        self._app = SecureASGIMiddleware(app, secure=headers(https=https))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """As ASGI has it."""

        async def cached(message: Any) -> None:
            if message["type"] == "http.response.start":
                told = caching(scope["path"], message["status"]).header_items()
                message["headers"] = [*message.get("headers", []), *((name.lower().encode(), value.encode()) for name, value in told)]
            await send(message)

        await self._app(scope, receive, cached if scope["type"] == "http" else send)
