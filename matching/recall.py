"""What blocking lets through: how many true pairs each rule meets, alone and after those before it; and what is wrong with those that none meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from matching.arrays import Bools, Ints
from matching.blocks import Route, pairs_inside
from matching.engine import Prepared
from matching.estimate.patterns import levels_of
from matching.estimate.worth import everything
from matching.kernel.run import RuleCount, compared, streamed
from matching.model.learned import Model
from matching.model.spec import Spec

MISSING = "missing"


@dataclass(frozen=True)
class RuleRecall:
    """True pairs that a rule meets: `across` two registries and `within` one; `_so_far`: met by this rule or one before it; `only`: by no other rule."""

    rule: str
    across: int
    within: int
    across_so_far: int
    within_so_far: int
    only: int


@dataclass(frozen=True)
class BlockingRecall:
    """`across`, `within`: all true pairs. `unmet`: comparison -> level -> how many of the pairs that no rule meets show it; codes and counts only."""

    across: int
    within: int
    rules: tuple[RuleRecall, ...]
    unmet: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def unmet_pairs(self) -> int:
        """True pairs that no rule meets."""
        met = (self.rules[-1].across_so_far + self.rules[-1].within_so_far) if self.rules else 0
        return self.across + self.within - met


def rule_recall(ready: Prepared, truth: Mapping[str, Sequence[str]], spec: Spec) -> BlockingRecall:
    """Each rule against the true pairs. `truth`: columns registry, record_id, true_birth_id; records that it does not know are left out.

    Pairs inside a registry count where the model looks for duplicates. A record that a rule leaves out, its key being too common, is not met by it.
    """
    first, second = true_pairs(ready, truth)
    registry = ready.records.registry
    across = registry[first] != registry[second]
    met = {rule.name: np.zeros(len(first), dtype=bool) for rule in spec.rules}
    for route in ready.blocks.routes:
        met[route.rule] |= shares_key(ready, route, first, second)
    often, so_far, rules = sum(met.values(), np.zeros(len(first), dtype=np.int64)), np.zeros(len(first), dtype=bool), []
    for name, here in met.items():
        so_far = so_far | here
        masks = (here & across, here & ~across, so_far & across, so_far & ~across, here & (often == 1))
        rules.append(RuleRecall(name, *(int(mask.sum()) for mask in masks)))
    unmet = levels_counted(ready, spec, first[~so_far], second[~so_far])
    return BlockingRecall(int(across.sum()), int((~across).sum()), tuple(rules), unmet)


def true_pairs(ready: Prepared, truth: Mapping[str, Sequence[str]]) -> tuple[Ints, Ints]:
    """Rows of every two records of one true birth that the model looks at, first < second."""
    rows = ready.records.rows_of(list(truth["registry"]), list(truth["record_id"]))
    births, codes = np.unique(np.array([str(one) for one in truth["true_birth_id"]], dtype=object), return_inverse=True)
    group = len(births) + np.arange(len(ready.records), dtype=np.int64)
    group[rows[rows >= 0]] = codes[rows >= 0]
    labels = np.unique(group, return_inverse=True)[1].astype(np.int64)
    first, second = pairs_inside(labels, largest=len(labels) + 1)
    looked_at = ready.kinds.of(ready.records.registry, first, second) >= 0
    return first[looked_at], second[looked_at]


def shares_key(ready: Prepared, route: Route, first: Ints, second: Ints) -> Bools:
    """Which pairs a route meets, from either side."""
    one, two = ready.blocks.keys[:, route.one - 1], ready.blocks.keys[:, route.two - 1]
    met: Bools = ((one[first] == two[second]) & (one[first] != 0)) | ((two[first] == one[second]) & (two[first] != 0))
    return met


def levels_counted(ready: Prepared, spec: Spec, first: Ints, second: Ints) -> dict[str, dict[str, int]]:
    """How many of these pairs show each level of each comparison; levels that none shows are left out."""
    found = compared(ready.plan, ready.store, everything(ready.kinds, Model.prior(spec)), first, second)
    levels = levels_of(found.pattern, spec.comparisons)
    counts: dict[str, dict[str, int]] = {}
    for place, one in enumerate(spec.comparisons):
        shown = np.bincount(levels[:, place], minlength=len(one.levels) + 1)
        counts[one.name] = {name: int(count) for name, count in zip((*one.level_names, MISSING), shown, strict=True) if count}
    return counts


def rule_counts(ready: Prepared, model: Model) -> tuple[RuleCount, ...]:
    """What each rule meets, and what no rule before it met, counted without comparing a pair: none reaches a floor that is beyond reach."""
    beyond = everything(ready.kinds, model)._replace(floor=np.inf)
    return streamed(ready.plan, ready.store, beyond, ready.blocks, ready.joins)[1]
