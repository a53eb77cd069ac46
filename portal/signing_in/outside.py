"""Logging in through an OpenID provider that the office runs: code flow with state, nonce and PKCE, by Authlib. A second factor is still asked for."""

from __future__ import annotations

from typing import Any

import httpx2
from anyio import from_thread
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, Request
from fastapi.responses import Response
from joserfc.errors import JoseError

from portal.render import problem
from portal.settings import Oidc
from portal.signing_in.entry import address_of, allowed, attempts_of, let_in, login_form, portal_of
from portal.visitor import settings_of
from sql.accounts import User, find_user
from sql.rows import now
from sql.serving import serving
from vocabulary.errors import Fault, Unreachable

router = APIRouter()
NAME, SECONDS = "provider", 5
UNSURE = (AuthlibBaseError, JoseError)
"""What says that a login is not to be believed."""
UNREACHED = (httpx2.HTTPError, ValueError, RuntimeError)
"""What says that the provider does not answer, or not as one does."""


def provider_of(request: Request, oidc: Oidc) -> Any:
    """The provider as Authlib knows it; its addresses and keys are read once a process."""
    state = request.app.state
    if not hasattr(state, "provider"):
        asked = {"scope": "openid profile", "code_challenge_method": "S256", "timeout": SECONDS}
        known = OAuth()
        known.register(
            NAME, client_id=oidc.client, client_secret=oidc.secret.reveal(), client_kwargs=asked,
            server_metadata_url=f"{oidc.issuer}/.well-known/openid-configuration",
        )  # fmt: skip
        state.provider = known.create_client(NAME)
    return state.provider


@router.get("/login/oidc")
def go(request: Request) -> Response:
    """To the provider. What an earlier attempt left in the cookie goes: it would outgrow what browsers keep."""
    oidc = portal_of(request).oidc
    if oidc is None:
        return problem(request, 404)
    for key in [key for key in request.session if key.startswith(f"_state_{NAME}_")]:
        request.session.pop(key)
    provider = provider_of(request, oidc)
    try:
        sent: Response = from_thread.run(provider.authorize_redirect, request, f"{oidc.address}/login/oidc/callback")
        return sent
    except (*UNSURE, *UNREACHED):
        pass
    raise Unreachable(Fault("portal.vouching_failed", "HEDUI_OIDC_ISSUER"))


@router.get("/login/oidc/callback")
def come_back(request: Request) -> Response:
    """Let in whom the provider knows and an administrator has opened an account for; otherwise the form, without saying which of both failed."""
    oidc = portal_of(request).oidc
    if oidc is None:
        return problem(request, 404)
    attempts, address = attempts_of(request), address_of(request)
    user_id = claimed(request, oidc)
    if not allowed(request, user_id):
        return problem(request, 429)
    with serving(settings_of(request), "accounts") as connection:
        user = find_user(connection, user_id)
    if user is None or not may_come(user):
        attempts.was_wrong(address)
        return login_form(request, 401, wrong="outside")
    attempts.was_right(user_id)
    return let_in(request, user)


def may_come(user: User) -> bool:
    """Whether an account is one that the provider vouches for, open and not waiting."""
    return user.vouched_by == "oidc" and not user.closed_at and not user.waits(now())


def claimed(request: Request, oidc: Oidc) -> str:
    """The id that the provider vouches for, to this browser, for this login and this portal; empty where it does not. Raises Unreachable."""
    must = {"iss": {"essential": True, "values": [oidc.issuer, f"{oidc.issuer}/"]}, "aud": {"essential": True, "value": oidc.client}}

    async def exchanged() -> Any:
        return await provider_of(request, oidc).authorize_access_token(request, claims_options=must, leeway=SECONDS)

    try:
        told = from_thread.run(exchanged).get("userinfo") or {}
    except UNSURE:
        return ""
    except UNREACHED:
        raise Unreachable(Fault("portal.vouching_failed", "HEDUI_OIDC_ISSUER")) from None
    return str(told.get(oidc.claim) or "").lower()
