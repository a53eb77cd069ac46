"""Who may work on the portal, as what (rights.md): a closed set, so that no page can be opened to somebody new by a typing slip."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Nobody holds two of them: whoever sees named rows sees no draft of the statistics, and the other way round."""

    DESK = "desk"
    """Registers children, or corrects the records of one registry's unit."""
    STEWARD = "steward"
    """Decides the pairs that the model leaves open."""
    SENIOR_OFFICER = "senior_officer"
    """The one officer of a county who holds protected families (R5)."""
    STATISTICIAN = "statistician"
    """Reads, questions and signs the monthly return. Sees no named row."""
    ADMINISTRATOR = "administrator"
    """Opens and closes accounts. Sees no named row."""
    AUDITOR = "auditor"
    """Reads and verifies the access log. Sees no named row."""


TITLES = {
    Role.DESK: "登记窗口、填报单位",
    Role.STEWARD: "数据管理员",
    Role.SENIOR_OFFICER: "专人办理",
    Role.STATISTICIAN: "统计人员",
    Role.ADMINISTRATOR: "系统管理员",
    Role.AUDITOR: "审计人员",
}
"""A role in Chinese, as the portal's menu and forms call it."""
NAMED_ROWS = (Role.DESK, Role.STEWARD, Role.SENIOR_OFFICER)
"""Roles that see single births; each speaks for one desk."""


@dataclass(frozen=True)
class Scope:
    """Whose rows a transaction may see: one desk (`registration_desk-990101001`) inside areas (prefixes of division codes)."""

    desk: str | None = None
    areas: tuple[str, ...] = ()
