"""A small OpenID provider on this machine, as an office might run one: code flow with PKCE, tokens signed by joserfc. It can misbehave."""

from __future__ import annotations

import hmac
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "hedui", "a-secret-that-provider-and-portal-share"
Claims = dict[str, Any]


@dataclass
class Provider:
    """Who is at its login page (`person`), and what it does to a token before it signs it."""

    issuer: str = ""
    person: Claims = field(default_factory=lambda: {"sub": "7", "preferred_username": "li.wei"})
    change: Callable[[Claims], Claims] = dict
    sign: str = "RS256"
    broken: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    other_key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))

    def metadata(self, request: Request) -> Response:
        if self.broken:
            return Response("<html>down</html>", 503)
        ends = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token")}
        return JSONResponse(
            {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", "id_token_signing_alg_values_supported": ["RS256"]} | ends
        )

    def keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def authorization(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    async def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        known = b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode() == f"{CLIENT}:{SECRET}"
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = encoded(sha256(form.get("code_verifier", "").encode()).digest())
        if not known or asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form.get("redirect_uri"):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])})

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = self.change({"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce} | self.person)
        if self.sign == "RS256":
            return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        if self.sign == "another key":
            return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.other_key)
        parts = [{"alg": self.sign, "kid": "one"}, claims]
        signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
        # HS256 with the public key as the secret, which everybody can read; "none" without a signature.
        public = self.key.as_pem(private=False)
        return f"{signed}.{encoded(hmac.digest(public, signed.encode(), sha256)) if self.sign == 'HS256' else ''}"


def encoded(content: bytes) -> str:
    """As tokens are written."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def running() -> Iterator[Provider]:
    """One that answers on this machine."""
    provider = Provider()
    routes = [
        Route("/.well-known/openid-configuration", provider.metadata),
        Route("/keys", provider.keys),
        Route("/authorization", provider.authorization),
        Route("/token", provider.token, methods=["POST"]),
    ]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    provider.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join(5)
