"""Where the weight of a pair comes from, told from the night's own model file: bits of each comparison, which add up to its match weight.

The model is matching's; its file is the contract (docs/decisions/0021), so that a page can explain a pair without linking anything. Levels and
weights only: nothing that a record says comes in here. How survival compares is counted, and never shown on its own (rights.md R4).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vocabulary.parquet_files import read_frame

Floats = npt.NDArray[np.float64]
LEAST = 1e-12
"""As matching has it: no share is taken to be smaller."""
NEVER_ALONE = ("survival",)
"""Comparisons whose bits stand in a bar together with others: a page tells nobody whether a child lives."""
OFTEN, MOST = 0.35, 0.9
"""Of careless forms: what differs more often is no error, and no form errs more often."""
WORTH_A_BAR = 0.005
"""Bits, below which how common names are has no bar of its own."""
MISSING = "missing"


@dataclass(frozen=True)
class Step:
    """One bar. `kind`: prior, comparison (`name`, `level`), bond (`name` and `other` err together), care (errors gather in some forms), rarity (how
    common the names are that agree), others (twins or one family instead, and all that is left).
    """

    kind: str
    bits: float
    name: str = ""
    level: str = ""
    other: str = ""


@dataclass(frozen=True)
class Weights:
    """A night's model, and how many records each registry had that night."""

    model: Mapping[str, Any]
    sizes: Mapping[str, int]

    @cached_property
    def levels(self) -> dict[str, list[str]]:
        """Comparison -> its levels' names, from the strongest."""
        return {one["name"]: [str(level).partition(":")[0].strip() for level in one["levels"]] for one in self.model["comparisons"]}

    @cached_property
    def comparisons(self) -> dict[str, Mapping[str, Any]]:
        """Comparison -> what the model says of it."""
        return {one["name"]: one for one in self.model["comparisons"]}

    def steps(self, pair: Mapping[str, Any]) -> tuple[Step, ...]:
        """The bars of a row of pair.parquet, in the model's order. They add up to its match weight."""
        kind = self.kind_of(pair)
        told = {name: levels.index(str(pair[name])) for name, levels in self.levels.items() if str(pair[name]) != MISSING}
        likely = self.log_priors(kind)
        prior = bits(likely)
        gains = {name: self.log_shares(kind, name)[:, level] for name, level in told.items()}
        bonds = list(self.bonds(told))
        care = self.care(kind, told)
        for part in (*gains.values(), *(shift for _, _, shift in bonds), care):
            likely = likely + part
        others = float(likely[0] - log_sum(likely[1:])) / LN2
        rest = float(pair["match_weight"]) - others
        # Against strangers alone a pair is worth more than its weight: it may also be twins, or two children of one family.
        left = others - bits(likely) + sum(bits(gains[name]) for name in NEVER_ALONE if name in gains)
        named = [name for name, level in told.items() if self.comparisons[name].get("frequency") and level < len(self.levels[name]) - 1]
        if not named or abs(rest) < WORTH_A_BAR:
            left, rest = left + rest, 0.0
        steps = [Step("prior", prior)]
        steps += [Step("comparison", bits(gains[name]), name, self.levels[name][told[name]]) for name in told if name not in NEVER_ALONE]
        steps += [Step("bond", bits(shift), one, other=other) for one, other, shift in bonds if bits(shift)]
        ends = (("care", bits(care)), ("rarity", rest), ("others", left))
        return (*steps, *(Step(name, value) for name, value in ends if value or name == "others"))

    def missing(self, pair: Mapping[str, Any]) -> list[str]:
        """Comparisons without weight, because a side says nothing."""
        return [name for name in self.levels if str(pair[name]) == MISSING and name not in NEVER_ALONE]

    @staticmethod
    def kind_of(pair: Mapping[str, Any]) -> tuple[str, str]:
        """The two registries, in alphabetical order."""
        left, right = sorted((str(pair["registry_left"]), str(pair["registry_right"])))
        return left, right

    def log_priors(self, kind: tuple[str, str]) -> Floats:
        """Natural log of the share of each class of pairs among all that two registries make."""
        classes, within = self.model["classes"], kind[0] == kind[1]
        believed = self.model["beliefs"]["within" if within else "across"]
        rates = np.array(self.model["learned"]["rates"].get("|".join(kind)) or [believed[name][0] for name in classes[:-1]])
        left, right = (self.sizes.get(name, 0) for name in kind)
        possible = left * (left - 1) // 2 if within else left * right
        rates = rates * min(left, right) / max(possible, 1)
        rates = rates * min(1.0, 0.9 / max(rates.sum(), LEAST))
        found: Floats = np.log(np.maximum([*rates, 1 - rates.sum()], LEAST))
        return found

    def log_shares(self, kind: tuple[str, str], name: str) -> Floats:
        """Natural log of how often each class shows each level: a row a class, a column a level."""
        learned, one = self.model["learned"], self.comparisons[name]
        match = np.array(learned["match"].get("|".join(kind), {}).get(name) or learned["shared"][name])
        stranger = np.array(learned["stranger"][name])
        rows = [match]
        for other in self.model["classes"][1:]:
            told = one.get(other, "as stranger")
            if other == self.model["classes"][-1]:
                rows.append(match if told == "as match" else stranger)
            else:
                rows.append(match if told == "as match" else stranger if told == "as stranger" else np.array(told) / np.sum(told))
        found: Floats = np.log(np.maximum(np.vstack(rows), LEAST))
        return found

    def bonds(self, told: Mapping[str, int]) -> Iterator[tuple[str, str, Floats]]:
        """Two comparisons that err together, and what that adds to each class."""
        for bond in self.model["learned"]["bonds"]:
            one, other = bond["one"], bond["two"]
            if one in told and other in told:
                yield one, other, self.bound(one, other) * float(bond["together"][told[one]][told[other]])

    def bound(self, *names: str) -> Floats:
        """1 for classes in which comparisons err as in matches, else 0."""
        alike = [all(self.comparisons[name].get(other) == "as match" for name in names) for other in self.model["classes"]]
        return np.array([1.0, *map(float, alike[1:])])

    def care(self, kind: tuple[str, str], told: Mapping[str, int]) -> Floats:
        """What it adds to each class that errors gather in careless forms."""
        care, classes = self.model["learned"]["care"], self.model["classes"]
        found = np.zeros(len(classes))
        if care is None:
            return found
        errs = {name: 1.0 - float(np.exp(self.log_shares(kind, name)[0, 0])) for name in told if name in care["comparisons"]}
        for place in np.flatnonzero(self.bound()):
            other = classes[place]
            counted = {
                name: rate
                for name, rate in errs.items()
                if rate <= OFTEN and (place == 0 or self.comparisons[name].get(other) == "as match")
            }
            found[place] = gathered(care["share"], care["factor"], [(told[name] > 0, rate) for name, rate in counted.items()])
        return found


def gathered(share: float, factor: float, errors: list[tuple[bool, float]]) -> float:
    """Natural log of how much likelier these errors are where a share of the forms is so many times as careless."""
    careful = (1.0 - share * factor) / (1.0 - share)

    def ratio(times: float) -> float:
        total = 0.0
        for wrong, rate in errors:
            base = min(max(rate, 1e-6), MOST)
            scaled = min(max(base * times, 1e-6), MOST)
            total += float(np.log(scaled / base) if wrong else np.log((1.0 - scaled) / (1.0 - base)))
        return total

    return float(np.logaddexp(np.log(share) + ratio(factor), np.log1p(-share) + ratio(careful)))


LN2 = float(np.log(2.0))


def bits(classes: Floats) -> float:
    """Of a match against a stranger."""
    return float(classes[0] - classes[-1]) / LN2


def log_sum(values: Floats) -> float:
    """Log of the sum of what these are logs of."""
    top = float(values.max())
    return top + float(np.log(np.exp(values - top).sum()))


@lru_cache(maxsize=8)
def weights_of(linked: Path) -> Weights:
    """Of a run's folder `linked/`, which is written once."""
    model = json.loads((linked / "model.json").read_text(encoding="utf-8"))
    model["learned"].pop("histogram", None)
    registries = read_frame(linked / "birth_record.parquet", ["registry"])["registry"].astype(str)
    return Weights(model, dict(Counter(registries)))
