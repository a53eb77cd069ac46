"""EM on counts of patterns, without labels: how often each level occurs when two records are one birth, and how many such pairs there are.

Bounded on purpose. Strangers' shares are fixed beforehand, beliefs count as so many pairs, a stronger level is never worth less
than a weaker one, and rates stay within what registries can be: two hundred births, or a field that a registry lacks, must
not let the classes drift into something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.comparisons import Comparison
from matching.dictionary import Floats, Ints, Levels
from matching.kinds import Kinds
from matching.model import ACROSS, ACROSS_BOUNDS, MATCH, SIBLING, WITHIN, WITHIN_BOUNDS, Model
from matching.pairs import Pairs
from matching.weights import log_likelihoods, posterior

BELIEF = 300.0
"""Pairs that the beliefs count for in the shares over all registries: one pair of sisters must not teach that dates are often wrong."""
SHARED_BELIEF = 60.0
"""Pairs that the shares over all registries count for in those of one pair of registries."""
RATE_BELIEF = 30.0
"""Records that the believed rates count for."""
LEAST_SHARE = 5e-4
"""No level is impossible for one birth: a single field is never a veto."""
FIXED = frozenset({"twin", "survival"})
"""Too few pairs ever tell; and deaths are too few to learn from, and too grave to learn wrongly."""
ROUNDS = 60
SETTLED = 1e-6


@dataclass(frozen=True)
class Patterns:
    """Distinct (kind, levels) and how many pairs have each."""

    kind: Ints
    levels: Levels
    count: Ints


def patterns_of(pairs: Pairs, kinds: Kinds, comparisons: Sequence[Comparison]) -> Patterns:
    """The histogram of patterns, in a fixed order."""
    sizes = [len(comparison.levels) + 1 for comparison in comparisons]
    codes = kinds.of(pairs)
    for column, size in enumerate(sizes):
        codes = codes * size + pairs.levels[:, column]
    codes.sort()
    starts = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]])) if len(codes) else np.zeros(0, dtype=np.int64)
    rest, count = codes[starts], np.diff(np.append(starts, len(codes)))
    levels = np.empty((len(rest), len(sizes)), dtype=np.int8)
    for column in range(len(sizes) - 1, -1, -1):
        rest, levels[:, column] = rest // sizes[column], rest % sizes[column]
    return Patterns(rest, levels, count.astype(np.int64))


def estimate(model: Model, kinds: Kinds, patterns: Patterns) -> Model:
    """The model that the patterns bear out. Pairs that no rule found count as strangers: priors are over all possible pairs."""
    for _ in range(ROUNDS):
        total = log_likelihoods(model, kinds, patterns.levels, patterns.kind)
        shares = posterior(total) * patterns.count[:, None]
        updated = replace(_with_match_shares(model, kinds, patterns, shares[:, MATCH]), rates=_rates(kinds, patterns, shares))
        moved = _distance(model, updated)
        model = updated
        if moved < SETTLED:
            break
    return replace(model, histogram=_histogram(kinds, patterns))


def _with_match_shares(model: Model, kinds: Kinds, patterns: Patterns, matches: Floats) -> Model:
    """New match shares: over all registries first, then per pair of registries, each held by the one before."""
    shared, by_kind = dict(model.shared), {name: dict(model.match.get(name, {})) for name in kinds.names}
    for column, comparison in enumerate(model.comparisons):
        if comparison.name in FIXED:
            continue
        size, stranger = len(comparison.levels), model.stranger[comparison.name]
        counts = np.zeros((len(kinds.names), size + 1))
        np.add.at(counts, (patterns.kind, patterns.levels[:, column]), matches)
        counts = counts[:, :size]
        belief = np.asarray(comparison.match) / sum(comparison.match)
        shared[comparison.name] = ordered(_held(counts.sum(axis=0), belief, BELIEF), stranger)
        for row, name in enumerate(kinds.names):
            by_kind[name][comparison.name] = ordered(_held(counts[row], shared[comparison.name], SHARED_BELIEF), stranger)
    return replace(model, shared=shared, match=by_kind)


def _held(counts: Floats, belief: Floats, weight: float) -> Floats:
    """Counts and a belief that counts for `weight` of them, as shares."""
    shares: Floats = (counts + weight * belief) / (counts.sum() + weight)
    return shares


def ordered(match: Floats, stranger: Floats) -> Floats:
    """Shares whose ratio to strangers' never rises from a stronger level to a weaker one, and which are never nought."""
    ratio = np.minimum.accumulate(np.maximum(match, LEAST_SHARE) / stranger)
    shares: Floats = ratio * stranger / (ratio * stranger).sum()
    return shares


def _rates(kinds: Kinds, patterns: Patterns, shares: Floats) -> dict[tuple[str, str], Floats]:
    """Pairs of match, twin and sibling per record, held by belief and bounds."""
    rates = {}
    for row, name in enumerate(kinds.names):
        same = name[0] == name[1]
        belief, bounds = np.array(WITHIN if same else ACROSS), np.array(WITHIN_BOUNDS if same else ACROSS_BOUNDS)
        found = shares[patterns.kind == row][:, : SIBLING + 1].sum(axis=0)
        rates[name] = np.clip((found + RATE_BELIEF * belief) / (kinds.smaller[row] + RATE_BELIEF), bounds[:, 0], bounds[:, 1])
    return rates


def _distance(one: Model, two: Model) -> float:
    moved = [np.abs(one.shared[name] - two.shared[name]).max() for name in two.shared]
    moved += [np.abs(one.rates_of(kind) - two.rates_of(kind)).max() for kind in two.rates]
    return float(max(moved))


def _histogram(kinds: Kinds, patterns: Patterns) -> dict[tuple[str, str], dict[str, int]]:
    """Level numbers joined by commas -> pairs, per kind."""
    told: dict[tuple[str, str], dict[str, int]] = {name: {} for name in kinds.names}
    for kind, levels, count in zip(patterns.kind, patterns.levels.tolist(), patterns.count, strict=True):
        told[kinds.names[kind]][",".join(map(str, levels))] = int(count)
    return told
