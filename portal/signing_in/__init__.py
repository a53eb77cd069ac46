"""Logging in and out: by password, by a second factor, or by a service that vouches for the user; and one's own account."""

from fastapi import APIRouter

from portal.signing_in import outside, own, pages

router = APIRouter()
for part in (pages, outside, own):
    router.include_router(part.router)

__all__ = ["router"]
