"""EM on counts of patterns, without labels: how often each level occurs in matches, and how many matches there are.

Bounded on purpose. Strangers' shares are fixed beforehand, beliefs count as so many pairs, a stronger level is never worth less
than a weaker one, and rates stay within what the spec says they can be: two hundred births, or a field that a registry lacks, must
not let the classes drift into something else.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.arrays import Floats
from matching.estimate.bonds import bonds_of
from matching.estimate.care import careless
from matching.estimate.patterns import Histogram, levels_of
from matching.estimate.weights import log_likelihoods, posterior
from matching.model.learned import Bond, Care, Model, match_belief, ordered
from matching.pair_kinds import PairKinds

ROUNDS = 100
BINDINGS = 3
"""Times that bonds are found anew: with them, pairs of several errors are seen for the matches that they are, and show more of the bond."""
SETTLED = 1e-6


def estimate(model: Model, kinds: PairKinds, seen: Histogram, labelled: Histogram | None = None, *, dependent: bool = True) -> Model:
    """The model that the patterns bear out. Pairs that no rule found count as strangers: priors are over all possible pairs.

    First as if levels were independent; then the bonds between comparisons are found, and all is learnt once more with them. `labelled`: patterns
    of pairs that people found to be matches; they count beside the rest, as matches without doubt. `dependent`: whether levels may err together.
    """
    model = _settled(replace(model, bonds=(), care=None), kinds, seen, labelled)
    for _ in range(BINDINGS if dependent else 0):
        matches = posterior(log_likelihoods(model, kinds, seen.levels, seen.kind))[:, 0] * seen.count * model.sampled
        bonds, care = dependence(model, kinds, seen, matches)
        if care is None and not bonds and model.care is None and not model.bonds:
            break
        model = _settled(replace(model, bonds=bonds, care=care), kinds, seen, labelled)
    return replace(model, rates=_coarse(model), histogram=_kept(kinds, seen))


def dependence(model: Model, kinds: PairKinds, seen: Histogram, matches: Floats) -> tuple[tuple[Bond, ...], Care | None]:
    """What errs together: the cause that explains more first, careless forms or bonds between fields, and the other for what is left."""
    care, by_care = careless(model, kinds, seen, matches)
    bonds, by_bonds = bonds_of(model, seen, matches)
    if by_care >= by_bonds:
        return bonds_of(model, seen, matches, care)[0], care
    bound = {name for bond in bonds for name in (bond.one, bond.two)}
    return bonds, careless(model, kinds, seen, matches, but=bound)[0]


def _settled(model: Model, kinds: PairKinds, seen: Histogram, labelled: Histogram | None) -> Model:
    """Expectation and maximisation in turn, until nothing moves."""
    for _ in range(ROUNDS):
        shares = posterior(log_likelihoods(model, kinds, seen.levels, seen.kind)) * (seen.count * model.sampled)[:, None]
        updated = replace(_with_match_shares(model, kinds, seen, shares[:, 0], labelled), rates=_rates(model, kinds, seen, shares))
        moved = _distance(model, updated)
        model = updated
        if moved < SETTLED:
            break
    return model


def _with_match_shares(model: Model, kinds: PairKinds, seen: Histogram, matches: Floats, labelled: Histogram | None) -> Model:
    """New match shares: over all registries first, then per pair of registries, each held by the one before."""
    shared, by_kind = dict(model.shared), {name: dict(model.match.get(name, {})) for name in kinds.names}
    for place, one in enumerate(model.spec.comparisons):
        if one.fixed:
            continue
        size, stranger = len(one.levels), model.stranger[one.name]
        counts = np.zeros((len(kinds.names), size + 1))
        np.add.at(counts, (seen.kind, seen.levels[:, place]), matches)
        if labelled is not None:
            np.add.at(counts, (labelled.kind, labelled.levels[:, place]), labelled.count)
        counts = counts[:, :size]
        shared[one.name] = ordered(_held(counts.sum(axis=0), match_belief(one), model.spec.beliefs.shares), stranger)
        for row, name in enumerate(kinds.names):
            by_kind[name][one.name] = ordered(_held(counts[row], shared[one.name], model.spec.beliefs.by_kind), stranger)
    return replace(model, shared=shared, match=by_kind)


def _held(counts: Floats, belief: Floats, weight: float) -> Floats:
    """Counts and a belief that counts for `weight` of them, as shares."""
    shares: Floats = (counts + weight * belief) / (counts.sum() + weight)
    return shares


def _rates(model: Model, kinds: PairKinds, seen: Histogram, shares: Floats) -> dict[tuple[str, str], Floats]:
    """Pairs of each class but strangers per record, held by belief and bounds."""
    rates, weight = {}, model.spec.beliefs.rates
    for row, name in enumerate(kinds.names):
        told = model.spec.beliefs.within if name[0] == name[1] else model.spec.beliefs.across
        belief, low, high = np.array([told[one] for one in model.spec.classes[:-1]]).T
        found = shares[seen.kind == row][:, :-1].sum(axis=0)
        rates[name] = np.clip((found + weight * belief) / (kinds.smaller[row] + weight), low, high)
    return rates


def _coarse(model: Model) -> dict[tuple[str, str], Floats]:
    """The rates, those that the spec wants coarse as the nearest power of ten."""
    told = np.array([name in model.spec.beliefs.coarse for name in model.spec.classes[:-1]])
    return {kind: np.where(told, 10.0 ** np.round(np.log10(np.maximum(rates, 1e-9))), rates) for kind, rates in model.rates.items()}


def _distance(one: Model, two: Model) -> float:
    moved = [np.abs(one.shared[name] - two.shared[name]).max() for name in two.shared]
    moved += [np.abs(one.rates_of(kind) - two.rates_of(kind)).max() for kind in two.rates]
    return float(max(moved))


def _kept(kinds: PairKinds, seen: Histogram) -> dict[tuple[str, str], dict[int, int]]:
    """Pattern -> pairs, per kind."""
    told: dict[tuple[str, str], dict[int, int]] = {name: {} for name in kinds.names}
    for kind, pattern, count in zip(seen.kind.tolist(), seen.pattern.tolist(), seen.count.tolist(), strict=True):
        told[kinds.names[kind]][pattern] = count
    return told


def refitted(model: Model, kinds: PairKinds) -> Model:
    """The model learnt anew from the histogram that it kept: after another belief, cost or bond, without looking at a record."""
    rows = [(place, pattern, count) for place, kind in enumerate(kinds.names) for pattern, count in model.histogram.get(kind, {}).items()]
    kind, pattern, count = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    seen = Histogram(kind, pattern, levels_of(pattern, model.spec.comparisons), count)
    return estimate(replace(Model.prior(model.spec), stranger=model.stranger, sampled=model.sampled, sizes=model.sizes), kinds, seen)
