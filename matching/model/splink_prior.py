"""Splink's prior as ours: a share of all pairs there, matches per record of the smaller registry here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from matching.model.spec import MATCH, Beliefs
from matching.pair_kinds import Kind, pair_kinds

PRIOR, USUAL = "probability_two_random_records_match", 1e-4
"""Where settings tell none, Splink takes the usual one."""


def is_prior(settings: Mapping[str, Any]) -> bool:
    """Whether what stands there can be one."""
    told = settings.get(PRIOR, USUAL)
    return isinstance(told, int | float) and 0 < told < 1


def prior_of(settings: Mapping[str, Any]) -> float:
    """Splink's share of matches among all pairs."""
    return float(settings.get(PRIOR, USUAL))


def sizes_for(settings: Mapping[str, Any]) -> dict[str, int]:
    """Sizes under which the prior means what we believe before any record is seen: Splink's settings do not tell how many records there are."""
    prior, beliefs = prior_of(settings), Beliefs()
    if settings.get("link_type") == "dedupe_only":
        return {"table": max(2, round(1 + 2 * beliefs.within[MATCH][0] / prior))}
    return dict.fromkeys(("left", "right"), max(1, round(beliefs.across[MATCH][0] / prior)))


def rates_of_prior(settings: Mapping[str, Any], sizes: Mapping[str, int], duplicates: bool) -> dict[Kind, float]:
    """Matches per record of the smaller registry, which is how we keep a prior, from Splink's share of matches among all pairs."""
    prior, kinds = prior_of(settings), pair_kinds(sizes, duplicates)
    return {name: prior * kinds.possible[row] / kinds.smaller[row] for row, name in enumerate(kinds.names)}


def believed(rates: Mapping[Kind, float]) -> Beliefs:
    """The same for registries of other names: the mean between two registries, and inside one."""
    beliefs = Beliefs()
    return replace(
        beliefs,
        across=around(beliefs.across, [rate for (left, right), rate in rates.items() if left != right]),
        within=around(beliefs.within, [rate for (left, right), rate in rates.items() if left == right]),
    )


def around(usual: Mapping[str, tuple[float, float, float]], found: Sequence[float]) -> Mapping[str, tuple[float, float, float]]:
    """The mean rate, with bounds that hold it; the usual ones where none was found."""
    if not found:
        return usual
    (_, low, high), rate = usual[MATCH], sum(found) / len(found)
    return {MATCH: (rate, min(low, rate), max(high, rate))}
