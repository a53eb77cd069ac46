"""Splink's model of births: hedui's comparisons as near as SQL comes to them, trained by Splink; and, beyond what its users do, a delivery.

Splink knows matches and all other pairs. The other twin agrees in everything that parents give, so that a plain model takes nearly all twins
for matches. A careful user can mend that: where two records are plainly of one delivery, what parents give says nothing more, and the child's
own fields are weighed against the other twin instead of a stranger. That is what `with_delivery` does, with shares that hedui's model states.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import log2
from typing import Any

from bench.splink_names import TESTS, Pair
from matching.estimate.frequencies import MOST
from matching.forms.kinds import KINDS
from matching.model.spec import MATCH, Comparison, Spec
from matching.model.splink_tests import TOLD_LATER, Columns, condition, either, missing

EXTRA_FORMS = {"day": ("digits", "lunar_leap", "lunar_early", "lunar_early_leap"), "place_in_delivery": ("order", "babies")}
BLOCKING_FORMS = {"text": ("head", "tail", "sound")}
TWO_FIELDS = ("any_same", "crossed")
PARENTS = ("mother_id", "father_id", "mother_name", "father_name", "born_on", "area")
"""Comparisons that agree for the other twin as for the child itself."""
GIVEN_U = ("certificate_no", "mother_id", "father_id")
"""Chances that a sample does not show: among random pairs, one in ten thousand is a match, and nearly all that share a number are."""
GIVEN_M = ("certificate_no", "mother_id", "father_id", "father_name")
"""Shares that training leaves at 1e-18, because no pair of its blocks shows the level."""
OF_DELIVERY = "_of_delivery"
SAME_KEEPER = '"keeper_l" = "keeper_r"'
Settings = dict[str, Any]


def named_columns(spec: Spec) -> Columns:
    """Every form of every field, named as exported settings name them."""
    columns = Columns(spec)
    for one in spec.fields:
        forms = [form for form in KINDS[one.kind].forms if form not in BLOCKING_FORMS.get(one.kind, ())]
        for form in (*forms, *EXTRA_FORMS.get(one.kind, ())):
            columns.name((one.name, form))
    return columns


def asked(columns: Columns, one: Comparison, test: tuple[str, ...]) -> str | None:
    """A test in SQL, exactly or nearly; None where there is neither."""
    if test[0] in TESTS and columns.spec.field(one.fields[0]).kind == "name":
        return either(TESTS[test[0]](Pair(left, right)) for left, right in product(one.fields, one.fields))
    return condition(columns, one, test)


@dataclass(frozen=True)
class Asked:
    """A level that SQL can ask, with its share among matches and in another class. `sql`: None for what is left."""

    name: str
    test: tuple[str, ...] | None
    sql: str | None
    match: float
    other: float


def levels_of(columns: Columns, one: Comparison, other: str) -> Iterator[Asked]:
    """The levels that SQL can ask."""
    for level, match, share in zip(one.levels, one.shares[MATCH], one.shares[other], strict=True):
        sql = None if level.test is None or level.test[0] == TOLD_LATER else asked(columns, one, level.test)
        if sql is not None or level.test is None:
            yield Asked(level.name, level.test, sql, float(match), float(share))


def comparison(columns: Columns, one: Comparison, other: str = "stranger", silent: str | None = None) -> Settings:
    """A comparison of Splink's; `silent`: a condition under which it says nothing."""
    levels = list(levels_of(columns, one, other))
    of_two = [level.sql for level in levels if level.sql and level.test and level.test[0] in TWO_FIELDS]
    nothing = missing(columns, one, [level.sql for level in levels if level.sql], of_two, rest=levels[-1].test is None)
    match, share = sum(level.match for level in levels), sum(level.other for level in levels)
    told = [settings_of(level.name, level.sql or "ELSE", level.match / match, level.other / share) for level in levels]
    told[-1]["sql_condition"] = "ELSE"
    null = null_level(nothing if silent is None else f"({nothing}) OR {silent}")
    return {"output_column_name": one.name, "comparison_description": one.name, "comparison_levels": [null, *told]}


def settings_of(name: str, sql: str, match: float, other: float) -> Settings:
    """One level."""
    return {"sql_condition": sql, "label_for_charts": name, "m_probability": match, "u_probability": other}


def null_level(sql: str) -> Settings:
    """The level that says nothing."""
    return {"sql_condition": sql, "label_for_charts": "missing", "is_null_level": True}


def plain_comparisons(columns: Columns) -> list[Settings]:
    """All that hedui compares across registries, with its beliefs to start from."""
    told = []
    for one in columns.spec.comparisons:
        if isinstance(one.shares.get("stranger"), str):
            continue
        settings = comparison(columns, one, silent=f"NOT {SAME_KEEPER}" if getattr(one, "within", False) else None)
        for level in settings["comparison_levels"][1:]:
            level |= {"fix_u_probability": one.fixed or one.name in GIVEN_U, "fix_m_probability": one.fixed or one.name in GIVEN_M}
        if one.frequency:
            column, level = columns.name((one.fields[0], "")), settings["comparison_levels"][1]
            least = level["u_probability"] / 2**MOST
            level |= {"tf_adjustment_column": column, "tf_minimum_u_value": least, "disable_tf_exact_match_detection": True}
        told.append(settings)
    return told


def same_delivery(columns: Columns) -> str:
    """Two records are plainly of one delivery: the mother's number, or both parents, and a day that may be one; or mother, day and township."""
    spec = columns.spec
    near = either(f"{pair.l} = {pair.r}" for pair in (
        columns.pair((left, "near"), (right, "near")) for left, right in product(spec.comparison("mother_name").fields, repeat=2)
    ))  # fmt: skip
    born, days = spec.comparison("born_on"), (("same", "day"), ("any_same", "day"), ("lunar",), ("swapped_date",), ("one_digit",))
    close = " OR ".join(
        f"coalesce({condition(columns, born, test)}, FALSE)" for test in (*days, ("vague_day",), ("within", "3"))
    )  # fmt: skip
    father = f"({agree(columns, 'father_name', 'near')} OR {agree(columns, 'father_number', 'person')})"
    damaged = " OR ".join(agree(columns, "mother_number", form) for form in ("head", "tail"))
    told = f"({close}) AND ({agree(columns, 'mother_number', 'person')} OR ({near}) AND ({father} OR {damaged}))"
    there = f"{agree(columns, 'born_on', 'day')} AND ({near}) AND {agree(columns, 'area', 'township')}"
    return f"coalesce({told} OR {there}, FALSE)"


def agree(columns: Columns, name: str, form: str) -> str:
    """One form of a field is the same on both sides."""
    pair = columns.pair((name, form), (name, form))
    return f"{pair.l} = {pair.r}"


def with_delivery(columns: Columns, trained: list[Settings], prior: float, odds: dict[str, float]) -> list[Settings]:
    """The trained comparisons, silent where two records are of one delivery if they are of the parents; of the child's own a second one for there.

    `odds`: bits of a match against the other twin, before anything of the child's own is seen, inside a registry and across.
    """
    spec, same = columns.spec, same_delivery(columns)
    told = []
    for one in trained:
        name, one = one["output_column_name"], copy.deepcopy(one)
        is_child_s = name not in PARENTS and isinstance(spec.comparison(name).shares.get("twin"), tuple)
        if name in PARENTS or is_child_s:
            null = one["comparison_levels"][0]
            null["sql_condition"] = f"({null['sql_condition']}) OR {same}"
        told.append(one)
    for child_s in spec.comparisons:
        if child_s.name not in PARENTS and isinstance(child_s.shares.get("twin"), tuple) and child_s.name != "twin":
            silent = f"NOT {same}" + (f" OR NOT {SAME_KEEPER}" if getattr(child_s, "within", False) else "")
            told.append(comparison(columns, child_s, "twin", silent) | {"output_column_name": f"{child_s.name}{OF_DELIVERY}"})
    return [*told, which_baby(columns, same), delivery(same, prior, odds)]


def which_baby(columns: Columns, same: str) -> Settings:
    """Order and number of babies where two records are of one delivery, as any hospital tells."""
    twin = columns.spec.comparison("twin")
    shares = {level.name: (twin.shares[MATCH][place], twin.shares["twin"][place]) for place, level in enumerate(twin.levels)}  # type: ignore[index]
    babies, order = "greatest(babies_told_l, babies_told_r)", columns.pair(("place_in_delivery", "order"), ("place_in_delivery", "order"))
    conditions = {"same": f"{order.l} = {order.r}", "different": f"{order.l} <> {order.r}", "single": f"{babies} = 1", "plural": "ELSE"}
    levels = [settings_of(name, sql, *shares[name]) for name, sql in conditions.items()]
    null = null_level(f"NOT {same} OR {babies} IS NULL")
    return {"output_column_name": f"twin{OF_DELIVERY}", "comparison_description": "twin", "comparison_levels": [null, *levels]}


def delivery(same: str, prior: float, odds: dict[str, float]) -> Settings:
    """One delivery: from Splink's prior to the odds of a match against the other twin."""
    levels = []
    for name, sql in (("within", SAME_KEEPER), ("across", "ELSE")):
        ratio = 2 ** (odds[name] - log2(prior / (1 - prior)))
        levels.append(settings_of(name, sql, 0.5, 0.5 / ratio))
    null = null_level(f"NOT {same}")
    return {"output_column_name": "delivery", "comparison_description": "delivery", "comparison_levels": [null, *levels]}
