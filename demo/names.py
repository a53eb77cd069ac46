"""Names that people truly bear: surnames by their frequency, given names by generation and sex, names with a dot."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo.chance import Mask, falling, pick
from demo.characters import (
    BOYS,
    DOTTED_BOYS,
    DOTTED_GIRLS,
    FATHERS,
    FULL_BOYS,
    FULL_GIRLS,
    GIRLS,
    GIVEN_ONLY,
    MOTHERS,
    RARE,
    SURNAMES,
)

Names = NDArray[np.object_]

ONE_CHARACTER_PARENT, ONE_CHARACTER_CHILD = 0.25, 0.08
"""Share of Han given names of a single character, by generation: common knowledge, not published for newborns (domain.md 2.5)."""
CLAN_SHARE = 0.35
"""Share of a village's fathers who bear its first surname."""
FULL_NAME_SHARE = 0.06
"""Share of newborns called by one of the year's fifteen commonest given names: the first alone has 0.5 %."""
DOUBLE_SURNAME_SHARE = 0.02
"""Share of newborns who bear both parents' surnames: names of four characters."""
DOT = "\u00b7"


@lru_cache(maxsize=1)
def surname_table() -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Surnames and their percentages."""
    entries = SURNAMES.split()
    names = tuple(entry.rstrip("0123456789.") for entry in entries)
    return names, np.array([float(entry[len(name) :]) for entry, name in zip(entries, names, strict=True)])


def surnames(size: int, rng: np.random.Generator) -> Names:
    """Surnames as the country has them."""
    names, weights = surname_table()
    return pick(names, size, rng, weights)


def parents_given(size: int, rng: np.random.Generator, *, women: bool) -> Names:
    """Given names of people born about 1980 to 2006."""
    letters = tuple(MOTHERS if women else FATHERS)
    weights = falling(len(letters), 0.7)
    second = pick(letters, size, rng, weights)
    first = pick(letters, size, rng, weights)
    return np.where(rng.random(size) < ONE_CHARACTER_PARENT, second, first + second)


def newborn_given(boys: Mask, rng: np.random.Generator, rare_share: float) -> Names:
    """Given names of this year's newborns, boys where the mask says so."""
    given = np.empty(len(boys), dtype=object)
    for mask, letters, whole in ((boys, BOYS, FULL_BOYS), (~boys, GIRLS, FULL_GIRLS)):
        size = int(mask.sum())
        weights = falling(len(letters), 0.75)
        second = pick(tuple(letters), size, rng, weights)
        two = pick(tuple(letters), size, rng, weights) + second
        common = pick(whole, size, rng, falling(len(whole), 0.5))
        drawn = rng.random(size)
        given[mask] = np.where(drawn < ONE_CHARACTER_CHILD, second, np.where(drawn > 1 - FULL_NAME_SHARE, common, two))
    rare = np.flatnonzero(rng.random(len(boys)) < rare_share)
    given[rare] = [name[:-1] + letter for name, letter in zip(given[rare], pick(RARE, len(rare), rng), strict=True)]
    return given


def given_without_surname(naming: Names, women: Mask, rng: np.random.Generator) -> Names:
    """Given names of families who bear a father's name after a dot (`dotted`) or none (`given_only`)."""
    size = len(naming)
    dotted = np.where(
        women, pick(DOTTED_GIRLS, size, rng, falling(len(DOTTED_GIRLS), 0.5)), pick(DOTTED_BOYS, size, rng, falling(len(DOTTED_BOYS), 0.5))
    )
    return np.where(naming == "dotted", dotted, pick(GIVEN_ONLY, size, rng, falling(len(GIVEN_ONLY), 0.5)))


def with_fathers_name(naming: Names, given: Names, fathers_given: Names) -> Names:
    """`given·father` where the family's custom joins the father's name, else the given name alone."""
    return np.where(naming == "dotted", given + np.array(DOT, dtype=object) + fathers_given, given)


def child_surnames(families: pd.DataFrame, rng: np.random.Generator, mother_share: float, third_share: float) -> Names:
    """The father's surname, at times the mother's, both, or another (Civil Code art. 1015)."""
    father, mother = families["father_surname"].to_numpy(dtype=object), families["mother_surname"].to_numpy(dtype=object)
    drawn = rng.random(len(families))
    chosen = np.where(drawn < mother_share, mother, father)
    chosen = np.where(drawn > 1 - DOUBLE_SURNAME_SHARE, np.where(father == mother, father, father + mother), chosen)
    return np.where(rng.random(len(families)) < third_share, surnames(len(families), rng), chosen)


def renamed(name: Names, surname: Names, fresh_given: Names, rng: np.random.Generator) -> Names:
    """Another name for the same child: mostly one character of the given name is changed, else the whole given name."""
    given = np.array([full[len(family) :] for full, family in zip(name, surname, strict=True)], dtype=object)
    partly = np.array([old[:1] + new[-1:] if len(old) > 1 else new for old, new in zip(given, fresh_given, strict=True)], dtype=object)
    told: Names = surname + np.where(rng.random(len(name)) < 0.5, partly, fresh_given)
    return told
