"""`hedui serve`: the portal, in a process of its own."""

from __future__ import annotations

import os
from ipaddress import ip_address
from typing import Any

from connectors.worklists import read_worklists
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.settings import Settings

PLAIN_HTTP = "HEDUI_PORTAL_PLAIN_HTTP"
KEPT_OPEN = 65
"""Seconds that an idle connection stays: longer than browsers and nginx (60) keep theirs, so that nobody sends into one that just closed."""


def serve(host: str, port: int, workers: int, *, plain_http: bool) -> None:
    """Serve until it is stopped. Raises ConfigurationError where plain HTTP would leave this machine."""
    import uvicorn

    if plain_http and not is_loopback(host):
        raise ConfigurationError(Fault("portal.plain_http", "--plain-http"))
    os.environ[PLAIN_HTTP] = "yes" if plain_http else ""
    make()  # refuses now what it would refuse in every worker
    # No access log: whoever looked at what stands in hedui's own, and addresses of pages are nobody's business.
    uvicorn.run(
        "hedui.serve:make",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEPT_OPEN,
        log_level="warning",
    )


def make() -> Any:
    """The application, as each worker makes it from the environment."""
    from portal.app import create_app
    from portal.settings import PortalSettings
    from portal.signing_in.directory import library

    settings = Settings.from_environment()
    portal = PortalSettings.from_environment(settings, https=not os.environ.get(PLAIN_HTTP))
    if portal.ldap:
        library()  # without it nobody could log in
    return create_app(settings, portal, read_worklists)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
