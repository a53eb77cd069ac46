"""The engine's course: records are keyed, patterns are counted, a model is learnt, pairs are scored. Each step is one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from matching.arrays import Codes, Floats, Ints, Levels
from matching.blocks import Blocks, Crowds, blocks_of
from matching.decide.bindings import Bindings
from matching.estimate.chance import chance_histogram, stranger_shares
from matching.estimate.em import estimate
from matching.estimate.frequencies import Frequencies, count_values, surprises
from matching.estimate.patterns import Histogram, histogram_of, levels_of
from matching.estimate.weights import bits, class_totals
from matching.estimate.worth import everything, worth_of
from matching.forms.look_alikes import look_alikes
from matching.kernel.layout import Found, Joins, Plan, Store
from matching.kernel.meet import meeting
from matching.kernel.prepare import plan_of, store_of
from matching.kernel.run import RuleCount, compared, streamed
from matching.model.learned import Model
from matching.model.saved import as_saved
from matching.model.spec import Rule, Spec
from matching.pair_kinds import PairKinds, pair_kinds
from matching.records import Records

ENOUGH = 1_000_000
"""Pairs whose patterns are counted for training; of more, every so manieth record's are."""

KEPT_JOINS = 20_000_000
"""Places of joins that are kept between training and scoring (12 bytes each); more are found anew, in a tenth of a second a million records."""


@dataclass(frozen=True)
class Prepared:
    """Records with their keys, as the kernel takes them."""

    records: Records
    blocks: Blocks
    kinds: PairKinds
    frequencies: Frequencies
    plan: Plan
    store: Store
    kept: dict[int, Joins] = field(default_factory=dict, repr=False)

    def rested(self) -> Prepared:
        """Without what only comparing needs."""
        nothing = self.store.surprise[:0].copy()
        return replace(self, store=self.store._replace(letters=self.store.letters[:0].copy(), surprise=nothing), kept={})

    def joins(self, number: int) -> Joins:
        """Who meets whom by the route of a number; kept where that takes little room."""
        if number in self.kept:
            return self.kept[number]
        keys, partners = self.blocks.columns(self.blocks.routes[number])
        joins = meeting(keys, partners, self.records.registry, within=self.within)
        if len(self.records) * len(self.blocks.routes) <= KEPT_JOINS:
            self.kept[number] = joins
        return joins

    def pairs_by_rule(self) -> dict[str, int]:
        """How many pairs each rule meets, known before any is looked at."""
        counts: dict[str, int] = {}
        for number, route in enumerate(self.blocks.routes):
            joins = self.joins(number)
            counts[route.rule] = counts.get(route.rule, 0) + int(np.sum(joins.end - joins.begin, dtype=np.int64))
        return counts

    @property
    def within(self) -> bool:
        """Whether records of one registry meet."""
        return bool((np.diag(self.kinds.table) >= 0).all())


@dataclass(frozen=True)
class Scored:
    """Pairs, first < second, by (first, second). `levels` are packed in `pattern`. `total`: natural log of prior times likelihood of each class."""

    first: Codes
    second: Codes
    pattern: Ints
    total: Floats
    counts: tuple[RuleCount, ...] = ()

    def __len__(self) -> int:
        return len(self.first)

    def take(self, rows: Ints | np.ndarray) -> Scored:
        """Some of the pairs."""
        return replace(self, first=self.first[rows], second=self.second[rows], pattern=self.pattern[rows], total=self.total[rows])

    def levels(self, spec: Spec) -> Levels:
        """A row a pair, a column a comparison."""
        return levels_of(self.pattern, spec.comparisons)


@dataclass(frozen=True)
class Whole:
    """What is known of all records, where those at hand are only some of them: how often values occur, how many records each registry has, and which
    blocking keys are crowded (None: those that are crowded among the records at hand).
    """

    frequencies: Frequencies
    sizes: Mapping[str, int]
    crowds: tuple[Crowds, ...] | None = None


def prepared(records: Records, spec: Spec, whole: Whole | None = None, rules: Sequence[Rule] | None = None) -> Prepared:
    """Key the records by the model's rules, or by those given, and lay them out."""
    with ThreadPoolExecutor(1) as beside:
        counting = beside.submit(lambda: whole or Whole(count_values(records, spec), records.sizes))
        blocks = blocks_of(records, spec.rules if rules is None else rules, None if whole is None else whole.crowds)
        keys = blocks.keys.shape[1]
        plan = plan_of(spec, records, keys)
        store = store_of(records, blocks.keys, plan, look_alikes())
        known = counting.result()
    blocks = replace(blocks, keys=store.rows[:, 1 : 1 + keys])
    resting = records.resting_in(store.rows[:, 1 + keys : 1 + keys + len(records.fields)], store.forms)
    return Prepared(resting, blocks, kinds_among(records, known.sizes, spec), known.frequencies, plan, store)


def kinds_among(records: Records, sizes: Mapping[str, int], spec: Spec) -> PairKinds:
    """The kinds of pair with the sizes of all registries, by the places of those that the records at hand are of."""
    every = dict(sorted({**dict.fromkeys(records.registries, 0), **sizes}.items()))
    kinds = pair_kinds(every, spec.duplicates)
    places = [list(every).index(name) for name in records.registries]
    return replace(kinds, table=kinds.table[np.ix_(places, places)])


def learnt(ready: Prepared, spec: Spec, labels: Mapping[str, Sequence[str]] | None = None, *, dependent: bool = True) -> Model:
    """A model from the records themselves, without labels; pairs that people found to be one (as decisions of `link`) count beside them. `dependent`:
    whether comparisons may err together. It has the digits that its file has: a night that reads it there scores as the one that learnt it.
    """
    model = replace(Model.prior(spec), sizes=ready.records.sizes)
    drawn = chance_histogram(ready.plan, ready.store, ready.records, ready.kinds, model)
    model = replace(model, stranger=stranger_shares(model, ready.kinds, drawn, ready.records))
    every = max(1, -(-sum(ready.pairs_by_rule().values()) // ENOUGH))
    found, _ = streamed(ready.plan, ready.store, everything(ready.kinds, model), ready.blocks, ready.joins, every=every)
    kind = ready.kinds.of(ready.records.registry, found.first, found.second)
    seen = histogram_of(kind, found.pattern, spec.comparisons)
    return as_saved(estimate(replace(model, sampled=every), ready.kinds, seen, labelled(ready, model, labels), dependent=dependent))


def labelled(ready: Prepared, model: Model, labels: Mapping[str, Sequence[str]] | None) -> Histogram | None:
    """The patterns of pairs that people found to be one."""
    if labels is None:
        return None
    codes = Bindings.read(ready.records, labels).linked
    first, second = codes // len(ready.records), codes % len(ready.records)
    found = compared(ready.plan, ready.store, everything(ready.kinds, model), first, second)
    return histogram_of(ready.kinds.of(ready.records.registry, found.first, found.second), found.pattern, model.spec.comparisons)


def sharpened(ready: Prepared, model: Model) -> tuple[Prepared, Floats]:
    """With the surprise of every value under a model; and the least surprise by comparison and level."""
    surprise, at, least = surprises(ready.records, model, ready.frequencies)
    return replace(ready, plan=ready.plan._replace(surprise_at=at), store=ready.store._replace(surprise=surprise)), least


def effort_of(ready: Prepared, spec: Spec) -> Floats:
    """How long each comparison takes, as a multiple of the quickest: similarities grow with the square of the letters."""
    effort = []
    for one in spec.comparisons:
        book = ready.records.book(one.fields[0])
        letters = int(book.starts[-1]) / max(len(book), 1) if spec.field(one.fields[0]).kind in ("text", "name") else 0.0
        effort.append((1.0 + letters**2 / 64) * len(one.fields) ** 2)
    return np.array(effort)


def scored(ready: Prepared, model: Model, told: Callable[[int], None] | None = None) -> tuple[Prepared, Scored]:
    """Every pair that a rule finds and that reaches the floor, once classes that other records may rule out are left aside; and `ready`, sharpened."""
    ready, least = sharpened(ready, model)
    worth = worth_of(model, ready.kinds, bits(model.spec.costs.floor), least, effort_of(ready, model.spec))
    found, counts = streamed(ready.plan, ready.store, worth, ready.blocks, ready.joins, told=told)
    return ready, totalled(ready, model, found, counts)


def scored_pairs(ready: Prepared, model: Model, first: Codes | Ints, second: Codes | Ints) -> Scored:
    """Pairs given by their rows, all kept. `ready` must be sharpened."""
    return totalled(ready, model, compared(ready.plan, ready.store, everything(ready.kinds, model), first, second), ())


def totalled(ready: Prepared, model: Model, found: Found, counts: tuple[RuleCount, ...]) -> Scored:
    """Pairs with the likelihood of each class."""
    kind = ready.kinds.of(ready.records.registry, found.first, found.second)
    return Scored(found.first, found.second, found.pattern, class_totals(model, ready.kinds, kind, found.pattern, found.surprise), counts)
