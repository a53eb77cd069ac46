"""The kernel held against the plain-Python reference: the same pairs through both, and where they part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
import pandas as pd

from matching.arrays import Levels
from matching.engine import prepared
from matching.estimate.patterns import levels_of
from matching.estimate.worth import everything
from matching.features import in_order
from matching.kernel.run import compared
from matching.model.files import level_of_text, model_path, read_spec
from matching.model.learned import Model
from matching.model.spec import Comparison, Field, Spec
from tests.matching import reference
from tests.matching.mistaken import VALUES, WRITTEN_DAYS, Source, of, pairs, source_of

MODELS = {name: read_spec(model_path(name)) for name in ("births", "febrl")}
COMPARISONS = [(model, one.name) for model, spec in MODELS.items() for one in spec.comparisons]
BATCH = 25_000
SHOWN = 20

NAMES = (
    "same written", "same simplified", "same toned", "same sound", "same near", "same letters", "same given", "same first", "same surname", "look_alike", "placeholder",
    "one_character", "other_surname", "missing_character", "surname_left_out", "milk_name", "transliteration", "first_part", "pet_name",
)  # fmt: skip
NUMBERS = ("same number", "same person", "same head", "same tail", "truncated", "one_digit", "swapped_digits", "reissued")
DAYS = ("same day", "same month", "lunar", "swapped_date", "one_digit", "vague_day", "within 0", "within 3", "within 31")
TEXTS = ("same written", "same head", "same tail", "same sound")
EDITS = tuple(f"{measure} {most}" for measure in ("levenshtein", "damerau") for most in (0, 1, 2, 3, 5, 10))
LIKENESSES = tuple(
    f"{measure} {least}" for measure in ("jaro_winkler", "jaro") for least in (0.3, 0.5, 0.7, 0.75, 0.85, 0.9, 0.92, 0.95, 1)
)
AREAS = ("same village", "same township", "same county", "same prefecture")
AMOUNTS = ("0", "0.1", "0.3", "1", "1.001", "1.001001", "4.35", "0.000001")
TESTS: dict[str, tuple[str, Source, tuple[str, ...]]] = {
    "names": ("name", VALUES["name"], NAMES),
    "numbers": ("number", VALUES["number"], NUMBERS),
    "days": ("day", VALUES["day"], DAYS),
    "days as written": ("day", WRITTEN_DAYS, DAYS),
    "texts by edits": ("text", VALUES["text"], (*TEXTS, *EDITS)),
    "texts by likeness": ("text", VALUES["text"], LIKENESSES),
    "areas": ("area", VALUES["area"], AREAS),
    "quantities": ("quantity", VALUES["quantity"], ("same value", *(f"within {most}" for most in AMOUNTS))),
    "codes": ("code", VALUES["code"], ("same code",)),
    "sexes": ("sex", VALUES["sex"], ("same code",)),
    "facilities": ("facility", VALUES["facility"], ("same code",)),
}
"""Kind, what is drawn, and tests, each held alone so that none hides another."""

Records = Sequence[Mapping[str, Any]]


@dataclass
class Compared:
    """How many pairs went through both; how often each (comparison, level) was told by both alike; where they parted."""

    pairs: int = 0
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)

    def add(self, spec: Spec, left: Records, right: Records) -> Compared:
        """These pairs too."""
        told, wanted = by_kernel(spec, left, right), by_reference(spec, left, right)
        words = [[*one.level_names, "missing"] for one in spec.comparisons]
        self.pairs += len(left)
        for place, one in enumerate(spec.comparisons):
            alike = told[told[:, place] == wanted[:, place], place]
            self.told.update({(one.name, words[place][level]): int(count) for level, count in enumerate(np.bincount(alike)) if count})
        self.odd += [
            f"{spec.comparisons[place].name}: kernel {words[place][told[row, place]]}, reference {words[place][wanted[row, place]]}: {left[row]} {right[row]}"
            for row, place in zip(*np.nonzero(told != wanted), strict=True)
        ]
        return self

    def agreed(self) -> Counter[tuple[str, str]]:
        """What was told. Raises AssertionError where the two part."""
        assert not self.odd, "\n".join([f"{len(self.odd)} differences in {self.pairs} pairs", *self.odd[:SHOWN]])
        return self.told


def by_kernel(spec: Spec, left: Records, right: Records) -> Levels:
    """Levels of the kernel: a row a pair, a column a comparison. All records are of one registry."""
    records = in_order(pd.DataFrame([*left, *right], columns=list(spec.columns), dtype=object), spec, len(left) + len(right))
    ready = prepared(records, spec)
    rows = np.arange(len(left), dtype=np.int32)
    found = compared(ready.plan, ready.store, everything(ready.kinds, Model.prior(spec)), rows, rows + np.int32(len(left)))
    return levels_of(found.pattern, spec.comparisons)


def by_reference(spec: Spec, left: Records, right: Records) -> Levels:
    """The same in plain Python."""
    sides = [[reference.values_of(spec, record) for record in records] for records in (left, right)]
    return np.array([[reference.level(spec, one, a, b) for one in spec.comparisons] for a, b in zip(*sides, strict=True)], dtype=np.int8)


def agreed(spec: Spec, left: Records, right: Records) -> Counter[tuple[str, str]]:
    """How often each level of each comparison is told. Raises AssertionError where kernel and reference part."""
    return Compared().add(spec, left, right).agreed()


def drawn(spec: Spec, source: Source, size: int, rng: Random) -> Compared:
    """So many pairs of a source, compared."""
    found = Compared()
    for start in range(0, size, BATCH):
        found.add(spec, *pairs(source, min(BATCH, size - start), rng))
    return found


def of_comparison(model: str, name: str, size: int) -> Compared:
    """So many pairs of records that a comparison of a model has something to say of."""
    spec = alone(MODELS[model], name)
    return drawn(spec, source_of(spec, spec.comparisons[0]), size, Random(f"{model} {name} {size}"))


def of_tests(told: str, size: int) -> Compared:
    """So many pairs of values of a kind through each of its tests alone."""
    kind, source, tests = TESTS[told]
    return drawn(one_by_one(kind, tests), of("value", source), size, Random(f"{told} {size}"))


def alone(spec: Spec, name: str) -> Spec:
    """One comparison of a model as a model, with the fields that it asks."""
    one = spec.comparison(name)
    asked = [spec.field(field) for field in (*one.fields, one.other) if field]
    spoken = [spec.field(field.or_else) for field in asked if field.or_else]
    return Spec(spec.name, "", tuple(dict.fromkeys((*asked, *spoken))), (one,), ())


def one_by_one(kind: str, tests: Sequence[str]) -> Spec:
    """Each test as a comparison of its own, so that none hides another."""
    return Spec("tests", "", (Field("value", kind, ("value",)),), tuple(_comparisons(tests)), ())


def _comparisons(tests: Sequence[str]) -> Iterator[Comparison]:
    for test in tests:
        yield Comparison(test, ("value",), (level_of_text(f"holds: {test}"), level_of_text("not")))


def all_with_all(values: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Every value against every value, itself too."""
    return [one for one in values for _ in values], [two for _ in values for two in values]
