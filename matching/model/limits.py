"""Where decisions lie, from what errors cost: a pair is linked when the expected cost of linking is less than that of leaving it."""

from __future__ import annotations

from dataclasses import dataclass

from matching.estimate.weights import bits
from matching.model.spec import Costs


@dataclass(frozen=True)
class Limits:
    """Match weights in bits. `link` across registries, `duplicate` inside one, `review` from which a person should look, `floor` from which a pair is kept."""

    link: float
    duplicate: float
    review: float
    floor: float


def limits_of(costs: Costs) -> Limits:
    """Linking costs `(1 - p) * false_link`, leaving apart `p * missed_link`; they are equal at `p = false / (false + missed)`."""
    return Limits(
        link=bits(costs.false_link / (costs.false_link + costs.missed_link)),
        duplicate=bits(costs.false_duplicate / (costs.false_duplicate + costs.missed_duplicate)),
        review=bits(min(costs.review / costs.missed_link, 0.499)),
        floor=bits(costs.floor),
    )
