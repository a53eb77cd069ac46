"""How much and how often: the size of what is sent, and attempts to log in, counted by address and by account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address, ip_network
from typing import Any

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

LARGEST_BODY, LARGEST_FORM = 12 * 2**20, 64 * 2**10
"""Bytes; a form with a file in it, as the largest worklist that `hedui outcomes` opens, and one without."""
PER_ADDRESS, WRONG_PER_ADDRESS, PER_ACCOUNT = parse("300/minute"), parse("30/minute"), parse("10/minute")
"""Attempts to log in; an office may share one address, and all of it comes at eight."""
ANY_OTHER = "another"
"""All names that nobody can have are counted as one an address, so that made-up names fill no memory."""
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Attempts:
    """Counts attempts in this process. Raises nothing: `allowed` says no."""

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def allowed(self, address: str, account: str | None) -> bool:
        """Whether one more attempt is; it is counted before anything is computed. `account` is None for a name that nobody can have."""
        place = network_of(address)
        if not self._limiter.hit(PER_ADDRESS, place) or not self._limiter.test(WRONG_PER_ADDRESS, "wrong", place):
            return False
        return self._limiter.hit(PER_ACCOUNT, "account", account or f"{ANY_OTHER} {place}")

    def was_wrong(self, address: str) -> None:
        """It came to nothing."""
        self._limiter.hit(WRONG_PER_ADDRESS, "wrong", network_of(address))

    def was_right(self, account: str) -> None:
        """It was the account's owner, who may come again as often as need be."""
        self._limiter.clear(PER_ACCOUNT, "account", account)


def network_of(address: str) -> str:
    """Whoever has one address of IPv6 has the whole /64."""
    try:
        return str(ip_network((address, 64), strict=False)) if ip_address(address).version == 6 else address
    except ValueError:
        return ANY_OTHER


class LimitedBody:
    """Refuses a request whose body is too large, by what it says or by what comes; the application then sees no more of it."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Receive, send: Any) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        most = LARGEST_BODY if headers.get(b"content-type", b"").startswith(b"multipart/form-data") else LARGEST_FORM
        said = headers.get(b"content-length", b"0")
        if said.isdigit() and int(said) > most:
            await refuse(send)
            return
        await self._app(scope, *counted(receive, send, most))


def counted(receive: Receive, send: Any, most: int) -> tuple[Receive, Any]:
    """The two channels of a request: once too much has come, nothing more is received, and 413 is all that is sent."""
    read, begun, refused = 0, False, False

    async def receiving() -> dict[str, Any]:
        nonlocal read
        if read > most:
            return {"type": "http.disconnect"}
        message = await receive()
        read += len(message.get("body", b""))
        return {"type": "http.disconnect"} if read > most else message

    async def sending(message: dict[str, Any]) -> None:
        nonlocal begun, refused
        if read > most and not begun:
            if not refused:
                refused = True
                await refuse(send)
            return
        begun = True
        await send(message)

    return receiving, sending


async def refuse(send: Any) -> None:
    """413, in two languages: nobody has been asked for theirs yet."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": "文件过大。 The file is too large.".encode()})
