"""Which stage is at work: its front door says so, and its transactions then run under its own role (sql/roles.toml)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

STAGE: ContextVar[str | None] = ContextVar("stage", default=None)


@contextmanager
def acting_as(stage: str) -> Iterator[None]:
    """As a decorator or in `with`: what is done inside is done by this stage."""
    before = STAGE.set(stage)
    try:
        yield
    finally:
        STAGE.reset(before)
