"""The linkage model once it has learnt: what levels are worth, and how many pairs of each class there are. No person's value stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from matching.arrays import Floats
from matching.model.spec import AS_MATCH, AS_STRANGER, MATCH, STRANGER, Comparison, Spec
from matching.pair_kinds import Kind

LEAST_SHARE = 5e-4
"""No level is impossible for a match: a single field is never a veto."""


@dataclass(frozen=True)
class Bond:
    """Two comparisons that err together in matches: `together[a, b]` is the natural log of how much likelier two levels are than if they were independent."""

    one: str
    two: str
    together: Floats


@dataclass(frozen=True)
class Care:
    """Careless forms: their share of the matches, how many times likelier every error is in them, and in which comparisons."""

    share: float
    factor: float
    comparisons: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """`shared`: comparison -> match shares over all pairs of registries. `match`: kind of pair -> the same of that kind. `stranger`: comparison -> shares.

    `rates`: kind of pair -> pairs of each class but strangers per record of the smaller registry. `bonds`: what errs together. `care`: that some forms
    err in everything.
    `histogram`: kind of pair -> pattern -> pairs: the evidence, from which a refit takes milliseconds; `sampled`: one in how many pairs it counts.
    `sizes`: records per registry that it learnt from.
    """

    spec: Spec
    shared: dict[str, Floats]
    stranger: dict[str, Floats]
    match: dict[Kind, dict[str, Floats]] = field(default_factory=dict)
    rates: dict[Kind, Floats] = field(default_factory=dict)
    bonds: tuple[Bond, ...] = ()
    care: Care | None = None
    histogram: dict[Kind, dict[int, int]] = field(default_factory=dict)
    sampled: int = 1
    sizes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def prior(cls, spec: Spec) -> Model:
        """What is believed before any record is seen."""
        return cls(
            spec,
            shared={one.name: match_belief(one) for one in spec.comparisons},
            stranger={one.name: stranger_belief(one) for one in spec.comparisons},
        )

    def rates_of(self, kind: Kind) -> Floats:
        """Rates of each class but strangers for a pair of registries, known or not."""
        believed = self.spec.beliefs.within if kind[0] == kind[1] else self.spec.beliefs.across
        return self.rates.get(kind, np.array([believed[name][0] for name in self.spec.classes[:-1]]))

    def shares(self, kind: Kind, one: Comparison) -> Floats:
        """Shares of each level by class: a row a class of the spec, a column a level."""
        match = self.match.get(kind, self.shared).get(one.name, self.shared[one.name])
        stranger = self.stranger[one.name]
        rows = [match]
        for name in self.spec.classes[1:-1]:
            told = one.shares.get(name, AS_STRANGER)
            rows.append(match if told == AS_MATCH else stranger if told == AS_STRANGER else normal(told))  # type: ignore[arg-type]
        return np.vstack([*rows, match if one.shares.get(STRANGER) == AS_MATCH else stranger])

    def with_spec(self, spec: Spec) -> Model:
        """The same evidence under another spec of the same comparisons: other costs, other rules."""
        return replace(self, spec=spec)


def match_belief(one: Comparison) -> Floats:
    """The shares of levels among matches that the spec states; where it states none, nine in ten agree and each weaker level is rarer."""
    told = one.shares.get(MATCH)
    if isinstance(told, tuple):
        return normal(told)
    return normal([0.9] + [0.1 / 2**place for place in range(1, len(one.levels))])


def stranger_belief(one: Comparison) -> Floats:
    """The shares of levels among strangers that the spec states; where it states none, agreement is rare and the more so the stronger."""
    told = one.shares.get(STRANGER)
    if isinstance(told, tuple):
        return normal(told)
    return normal([*(0.001 * 2**place for place in range(len(one.levels) - 1)), 1.0])


def normal(told: Sequence[float] | Floats) -> Floats:
    """Shares that add up to one."""
    shares = np.asarray(told, dtype=np.float64)
    total: Floats = shares / shares.sum()
    return total


def ordered(match: Floats, stranger: Floats) -> Floats:
    """Shares whose ratio to strangers' never rises from a stronger level to a weaker one, and which are never nought.

    Levels in the wrong order are pooled: together they keep the matches that they have (isotonic regression of the ratio, weighted by strangers' shares), so
    that a strong level that is seldom seen does not pull down all weaker ones.
    """
    from scipy.optimize import isotonic_regression

    told = np.maximum(match, LEAST_SHARE)
    ratio = isotonic_regression(told / stranger, weights=stranger, increasing=False).x
    return normal(ratio * stranger)
