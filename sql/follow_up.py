"""How desks follow children up, in counts: in fives for whoever may read the page, exact for the desk whose own they are (decision 0031)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from sql.acting import acting_as
from sql.database import writing
from sql.roles import views
from sql.serving import serving
from vocabulary.areas import COUNTY_DIGITS
from vocabulary.roles import Scope
from vocabulary.settings import Settings

VIEW = "export_follow_up"
AREAS, EXACT = "hedui_reaches(task.desk)", "),\n\n-- What leaves"
"""In the view's text: which desks it speaks of, and where the exact counts end."""
REGISTRATION_DESK = "registration_desk-"


@dataclass(frozen=True)
class FollowUp:
    """One place. Of others' each count is at least this and a multiple of five, or more in a county; `median_days` from issue to answer."""

    place_code: str
    registered: int = 0
    open: int = 0
    overdue: int = 0
    answered: int = 0
    median_days: int | None = None


def follow_up(settings: Settings, areas: Sequence[str]) -> list[FollowUp]:
    """Townships and counties of these areas (prefixes of division codes; none: the installation's), by code. Names no exact count."""
    with serving(settings, "export", Scope(areas=tuple(areas))) as connection:
        return places_of(connection, settings, tuple(areas) or settings.area)


@acting_as("export")
def tasks_by_place(settings: Settings) -> list[FollowUp]:
    """As `follow_up`, of the installation's areas, in a transaction of its own: for the end of a night, whose process may fork."""
    with writing(settings) as connection:
        return places_of(connection, settings, settings.area)


def places_of(connection: Connection, settings: Settings, told: Sequence[str]) -> list[FollowUp]:
    """What the view says of these areas; under a role, of those that the session serves."""
    if settings.database_role is not None:
        return places(connection.execute(text(f"SELECT place_code, measure, at_least FROM {VIEW}")))
    known_days(connection)
    inside = " OR ".join(f"substr(task.desk, 19, {len(area)}) = :area_{at}" for at, area in enumerate(told)) or "1 = 1"
    query = text(views()[VIEW].replace(AREAS, f"({inside})"))
    return places(connection.execute(query, {f"area_{at}": area for at, area in enumerate(told)}))


def own_follow_up(settings: Settings, scope: Scope) -> FollowUp | None:
    """A registration desk's own tasks, exactly; None for any other desk."""
    if not (scope.desk or "").startswith(REGISTRATION_DESK):
        return None
    counted, told, _ = views()[VIEW].partition(EXACT)
    if not told:
        raise LookupError(EXACT)
    query = f"{counted})\n\nSELECT exact.place_code, exact.measure, exact.number FROM exact".replace(AREAS, "task.desk = :desk")
    with serving(settings, "portal", scope) as connection:
        known_days(connection)
        found = {place.place_code: place for place in places(connection.execute(text(query), {"desk": scope.desk}))}
    own = str(scope.desk).removeprefix(REGISTRATION_DESK)
    return found.get(own) or FollowUp(own)


def places(rows: Iterable[Any]) -> list[FollowUp]:
    """One object a place from one row a place and measure; counties before their townships."""
    found: dict[str, dict[str, int]] = {}
    for place_code, measure, number in rows:
        found.setdefault(str(place_code), {})[str(measure)] = int(number)
    return [FollowUp(code, **found[code]) for code in sorted(found)]


def is_county(place_code: str) -> bool:
    """Whether a row is a county's."""
    return len(place_code) <= COUNTY_DIGITS


def known_days(connection: Connection) -> None:
    """Give SQLite the function by which PostgreSQL takes one date from another."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.create_function("date_mi", 2, days_between, deterministic=True)  # type: ignore[union-attr]


def days_between(later: str | None, earlier: str | None) -> int | None:
    """Days from one ISO date to another, as SQLite keeps them."""
    return None if later is None or earlier is None else (date.fromisoformat(later) - date.fromisoformat(earlier)).days
