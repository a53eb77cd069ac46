"""What the page of progress shows to a user: places by code, never by rate, each count as this user may have it (decision 0031)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sql.accounts import User
from sql.follow_up import FollowUp, follow_up, is_county, own_follow_up
from vocabulary.areas import COUNTY_DIGITS, TOWNSHIP_DIGITS, Areas
from vocabulary.roles import Role, Scope
from vocabulary.settings import Settings


@dataclass(frozen=True)
class Place:
    """One row. `at_least`: its counts are rounded down; else they are a desk's own."""

    name: str
    code: str
    counts: FollowUp
    at_least: bool = True


@dataclass(frozen=True)
class County:
    """A county and its townships; for a desk without them, whose own row stands beside the county's instead."""

    whole: Place
    townships: tuple[Place, ...]


@dataclass(frozen=True)
class Progress:
    """`own`: of a registration desk. `registered`: in all counties of the user's areas, at least."""

    own: Place | None
    counties: tuple[County, ...]
    registered: int


def progress_of(settings: Settings, user: User, on: date) -> Progress:
    """The user's own desk exactly, and the counties of its areas in fives, with the townships that there are on a day."""
    areas = Areas.load(settings.areas_path)
    prefixes = tuple(dict.fromkeys(area[:COUNTY_DIGITS] for area in user.areas or settings.area))
    told = {place.place_code: place for place in follow_up(settings, prefixes)}
    known = areas.codes(COUNTY_DIGITS, prefixes, on) if prefixes else ()
    codes = sorted({*(code for code in told if is_county(code)), *known, *(one for one in prefixes if len(one) == COUNTY_DIGITS)})
    counties = tuple(county_of(code, told, areas, None if user.role == Role.DESK else on) for code in codes)
    mine = own_follow_up(settings, Scope(user.desk, user.areas)) if user.role == Role.DESK else None
    own = None if mine is None else Place(areas.name(mine.place_code), mine.place_code, mine, at_least=False)
    return Progress(own, counties, sum(one.whole.counts.registered for one in counties))


def county_of(code: str, told: dict[str, FollowUp], areas: Areas, townships_on: date | None) -> County:
    """A township of which nothing is told has fewer than five of everything, as one of which a little is. Without a day, no townships."""
    inside = set() if townships_on is None else {one for one in told if one.startswith(code) and not is_county(one)}
    inside |= set() if townships_on is None else set(areas.codes(TOWNSHIP_DIGITS, (code,), townships_on))
    rows = tuple(Place(areas.name(one), one, told.get(one) or FollowUp(one)) for one in sorted(inside))
    return County(Place(areas.name(code), code, told.get(code) or FollowUp(code)), rows)
