"""What an administrator and an auditor do: accounts, families whom nobody calls on, the access log. No page here names a child."""

from fastapi import APIRouter

from portal.office import contact, log, users

router = APIRouter()
for part in (users, contact, log):
    router.include_router(part.router)

__all__ = ["router"]
