"""What a linkage model says before any record is seen: fields, comparisons with levels, blocking rules, costs. Data, read from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from matching.arrays import Floats

MATCH, STRANGER = "match", "stranger"
AS_MATCH, AS_STRANGER = "as match", "as stranger"
"""Shares of a class of pairs that is neither: what belongs to the family or the day agrees as for one birth; or tells nothing."""


@dataclass(frozen=True)
class Field:
    """Something that records state. `columns`: where it stands in the tables; `reading`: what is read there (matching.forms.readings);
    `or_else`: the field that speaks where this one is missing.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    reading: str | None = None
    or_else: str | None = None


@dataclass(frozen=True)
class Level:
    """One level of a comparison. `test`: a test of the field's kind with its argument, None for what is left."""

    name: str
    test: tuple[str, ...] | None


@dataclass(frozen=True)
class Comparison:
    """Levels from strongest to weakest; the first whose test holds is a pair's. Missing is no evidence either way.

    `fields`: readings of one thing, all compared with all. `other`: the field that the tests `any_same` and `crossed` ask beside the first.
    `shares`: class of pairs -> share of each level, or AS_MATCH, or AS_STRANGER; a class that is not named has what estimation finds.
    `frequency`: agreeing on a rare value tells more than on a common one. `fixed`: estimation leaves the shares of matches as they are. `within`: only
    compared inside one registry; between two it is missing.
    """

    name: str
    fields: tuple[str, ...]
    levels: tuple[Level, ...]
    shares: Mapping[str, tuple[float, ...] | str] = field(default_factory=dict)
    other: str | None = None
    frequency: bool = False
    fixed: bool = False
    within: bool = False
    why: str = ""

    @property
    def level_names(self) -> tuple[str, ...]:
        """From strongest to weakest, without `missing`."""
        return tuple(level.name for level in self.levels)


Part = tuple[str, str]
"""A field and one of its forms."""


@dataclass(frozen=True)
class Rule:
    """A blocking rule: two records meet when they agree on every part of `where`.

    `against`: the parts of the other side where they differ, as for a date that one side wrote by the lunar calendar. `largest`: records that
    may share one key; a key that more share is divided by the parts of `split`, one after the other while it is too common; what still is, is left to the other
    rules.
    """

    name: str
    where: tuple[Part, ...]
    against: tuple[Part, ...] | None = None
    largest: int = 100
    split: tuple[Part, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Costs:
    """What errors cost, in any unit, and where decisions lie. `false_link`, `missed_link`: across registries; `false_duplicate`,
    `missed_duplicate`: inside one. `review`: the expected cost from which a person should look. `floor`: probability below which a pair is not kept.
    """

    false_link: float = 1.0
    missed_link: float = 1.0
    false_duplicate: float = 1.0
    missed_duplicate: float = 1.0
    review: float = 0.06
    floor: float = 1e-4
    why: str = ""


@dataclass(frozen=True)
class Beliefs:
    """How much the shares of the file weigh against what records show: in pairs, and in records for the rates.

    `across`, `within`: pairs of each class but strangers per record of the smaller registry, between two registries and inside one,
    with the least and the most they may become. `coarse`: classes whose rates are kept as a power of ten only.
    """

    shares: float = 300.0
    by_kind: float = 60.0
    rates: float = 30.0
    strangers: float = 200.0
    coarse: tuple[str, ...] = ()
    across: Mapping[str, tuple[float, float, float]] = field(default_factory=lambda: {MATCH: (0.5, 1e-6, 1.1)})
    within: Mapping[str, tuple[float, float, float]] = field(default_factory=lambda: {MATCH: (0.02, 1e-6, 5.0)})


@dataclass(frozen=True)
class Spec:
    """A linkage model as it is written. `classes`: of pairs, `match` first and `stranger` last. `duplicates`: whether one table may hold an entity twice."""

    name: str
    about: str
    fields: tuple[Field, ...]
    comparisons: tuple[Comparison, ...]
    rules: tuple[Rule, ...]
    key: str = "record_id"
    classes: tuple[str, ...] = (MATCH, STRANGER)
    duplicates: bool = True
    costs: Costs = Costs()
    beliefs: Beliefs = Beliefs()
    interactions: tuple[tuple[str, str], ...] | None = None

    def field(self, name: str) -> Field:
        """The field of that name. Raises KeyError."""
        return {one.name: one for one in self.fields}[name]

    def comparison(self, name: str) -> Comparison:
        """The comparison of that name. Raises KeyError."""
        return {one.name: one for one in self.comparisons}[name]

    def place(self, name: str) -> int:
        """A comparison's place, -1 where the model has none of that name."""
        names = [one.name for one in self.comparisons]
        return names.index(name) if name in names else -1

    def asked_of(self, kind: str) -> frozenset[str]:
        """The names of all forms and tests that comparisons and rules ask of a kind of value."""
        of_kind = {one.name for one in self.fields if one.kind == kind}
        tests = [word for one in self.comparisons if one.fields[0] in of_kind for level in one.levels for word in level.test or ()]
        parts = [form for rule in self.rules for field, form in (*rule.where, *(rule.against or ()), *rule.split) if field in of_kind]
        return frozenset((*tests, *parts))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the tables that the model reads, each once."""
        return tuple(dict.fromkeys(column for one in self.fields for column in one.columns))


Shares = dict[str, Floats]
