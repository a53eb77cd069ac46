"""Equal error (docs/rights.md R10): are children of one kind of name, sex or origin missed, or taken for another, more often than the rest?

The unit is a child, not a pair: the records of a child fail together, and it is the child who bears the error. A group is held against all
others of its kind and not against the best group: the best of six is partly luck, and a group of twenty without an error would condemn the rest.
Evidence is counted in mishaps: two children taken for each other are two errors, and one thing that went wrong. A heap of forty is no such thing: a model
that cannot tell the children of a group apart must not be excused by it, and so a mishap is two children at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from matching.decide.groups import connected
from matching.intervals import Rate, TwoRates, exact_interval
from vocabulary.findings import Decision


class Verdict(StrEnum):
    """What may be said of a group: `held` blocks the release of a model, `unclear` asks for more children, `even` passes, `information` is not judged."""

    HELD = "held"
    UNCLEAR = "unclear"
    EVEN = "even"
    INFORMATION = "information"


class Error(StrEnum):
    """`missed`: records of the child in two registries are not linked. `false`: a record of another child is among the child's."""

    MISSED = "missed"
    FALSE = "false"


MOST_TIMES = 1.25
"""R10: a group may have a quarter more errors than all others."""
MOST_MORE = 0.002
"""Yet two children in a thousand are borne: below that, a ratio of 1.25 is a child or two, whom no county tells from luck, and whom nobody would notice."""
LEAST_SUCCESS = 0.8
"""The four-fifths rule, for a model so poor that the ratio of errors says little: the others' error of 0.60 against 0.70 is 1.17 only."""
LEAST_MISHAPS = 3
"""One or two hold no model: twenty groups are judged at once, the least of them of ten children, and one of these would have an error by chance."""
SURE = 0.975
"""How probable it must be that the ratio is passed: the lower end of its 95 % interval lies above."""
DOUBT = 0.05
"""How probable it may be that both limits are passed, for a group to be called even. More: nobody can tell, and that is no pass."""
MOST_TIMES_AS_MANY = 10_000
"""Counties that a bench may make: more are no help."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "name_kind": ("han2", "han3", "han4", "dotted", "rare", "unnamed"),
    "sex": ("1", "2"),
    "is_migrant": ("False", "True"),
    "is_twin": ("False", "True"),
}
"""Kinds of group, as columns of the truth, and the groups that there are."""
JUDGED = ("name_kind", "sex", "is_migrant")
"""Twins are shown and not judged: that two children of one day and mother are harder to tell apart is in the nature of it."""
COUNTED = ["attribute", "group", "error"]
ADDED = ["children", "errors", "in_review", "mishaps"]


@dataclass(frozen=True)
class Compared:
    """One group against all others of its kind, for one sort of error; both counted in mishaps, which leaves their shares as they are."""

    group: Rate
    others: Rate

    def verdict(self) -> Verdict:
        """By R10 as the constants of this module read it."""
        if not self.group.total or not self.others.total:
            return Verdict.UNCLEAR
        both = TwoRates.of(self.group, self.others)
        more = self.group.share - self.others.share
        unequal = both.surpass(MOST_TIMES, 0.0) >= SURE and more > MOST_MORE
        poor = 1 - self.group.share < LEAST_SUCCESS * (1 - self.others.share)
        failing = poor and both.success_ratio()[1] < LEAST_SUCCESS
        if self.group.errors >= LEAST_MISHAPS and (unequal or failing):
            return Verdict.HELD
        return Verdict.EVEN if both.surpass(MOST_TIMES, MOST_MORE) <= DOUBT else Verdict.UNCLEAR

    def enough(self) -> int:
        """How many times as many children would be enough to call the group even, if it errs like all others; 0 where it has none, or too many are needed."""
        all_children = self.group.total + self.others.total
        if not self.group.total or not self.others.total or not self._tells(MOST_TIMES_AS_MANY, all_children):
            return 0
        few, many = 1, MOST_TIMES_AS_MANY
        while many - few > 1:
            middle = (few + many) // 2
            few, many = (few, middle) if self._tells(middle, all_children) else (middle, many)
        return many

    def _tells(self, times: int, all_children: float) -> bool:
        share = (self.group.errors + self.others.errors) / all_children
        group, others = (Rate(share * one.total * times, one.total * times) for one in (self.group, self.others))
        return TwoRates.of(group, others).surpass(MOST_TIMES, MOST_MORE) <= DOUBT


def error_parity(
    birth_record: pd.DataFrame, truth_record: pd.DataFrame, truth_birth: pd.DataFrame, pair: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row a group and sort of error: children, errors, rate with interval, the others, ratio with interval, difference, verdict. See `judged`."""
    return judged(group_counts(errors_by_child(birth_record, truth_record, pair), truth_birth))


def errors_by_child(birth_record: pd.DataFrame, truth_record: pd.DataFrame, pair: pd.DataFrame | None = None) -> pd.DataFrame:
    """Grain: one true birth that has a record. `due`: two registries hold it; `missed`, `false`: see Error; `exposed`: `false` could be told of it;
    `in_review`: missed, and a person will look; `mishap`: a number that children share whose records were mixed up with each other.

    `birth_record`: registry, record_id, birth_id. `truth_record`: registry, record_id, true_birth_id. Records that the truth does not know are left out.
    `pair`: the pairs of the run, for `in_review`.
    """
    known = truth_record[["registry", "record_id", "true_birth_id"]].merge(
        birth_record[["registry", "record_id", "birth_id"]], on=["registry", "record_id"], how="inner"
    )
    true_pairs = _pairs_across(known, ["true_birth_id"])
    linked = _pairs_across(known, ["true_birth_id", "birth_id"]).groupby("true_birth_id").sum()
    children = pd.DataFrame({"due": true_pairs > 0, "missed": linked.reindex(true_pairs.index, fill_value=0) < true_pairs})
    births = known.drop_duplicates(["birth_id", "true_birth_id"])["birth_id"].value_counts()
    mixed = births > 1
    children["false"] = known["birth_id"].map(mixed).groupby(known["true_birth_id"]).any().reindex(children.index, fill_value=False)
    children["in_review"] = children["missed"] & children.index.isin(_in_review(pair, truth_record))
    children["exposed"] = True
    return children.astype(bool).assign(mishap=_mishaps(known).reindex(children.index))


def errors_by_label(birth_record: pd.DataFrame, labels: pd.DataFrame, truth_record: pd.DataFrame) -> pd.DataFrame:
    """As `errors_by_child`, where only decided pairs are known: a false link is a pair that was found apart and whose records are linked.

    `labels`: as decisions of `link`. `truth_record`: the births that they make up (matching.truth.truth_of_labels).
    """
    children = errors_by_child(birth_record, truth_record)
    apart = labels[labels["decision"].astype(str) == Decision.APART]
    known = truth_record.merge(birth_record[["registry", "record_id", "birth_id"]], on=["registry", "record_id"]).set_index(
        ["registry", "record_id"]
    )
    left, right = (
        known.reindex(pd.MultiIndex.from_arrays([apart[f"registry_{side}"].astype(str), apart[f"record_id_{side}"].astype(str)]))
        for side in ("left", "right")
    )
    linked = (left["birth_id"].to_numpy() == right["birth_id"].to_numpy()) & left["birth_id"].notna().to_numpy()
    for name, told in (("exposed", np.ones(len(apart), dtype=bool)), ("false", linked)):
        children[name] = children.index.isin([*left["true_birth_id"].to_numpy()[told], *right["true_birth_id"].to_numpy()[told]])
    return children


def _mishaps(known: pd.DataFrame) -> pd.Series:
    """By true birth: which births hang together through the births that linking made of their records."""
    true, births = pd.factorize(known["true_birth_id"])
    linked, entities = pd.factorize(known["birth_id"])
    label = connected(len(births) + len(entities), true.astype(np.int64), (len(births) + linked).astype(np.int64))
    return pd.Series(label[: len(births)], index=births)


def _pairs_across(known: pd.DataFrame, by: list[str]) -> pd.Series:
    """Pairs of records of two registries in each group."""
    sizes = known.groupby([*by, known["registry"].astype(str)], sort=False).size()
    names = list(range(len(by)))
    squares = (sizes**2).groupby(level=names).sum()
    found: pd.Series = (sizes.groupby(level=names).sum() ** 2 - squares) // 2
    return found


def _in_review(pair: pd.DataFrame | None, truth_record: pd.DataFrame) -> set[str]:
    """The true births of which a pair is left to a person."""
    if pair is None:
        return set()
    births = truth_record.set_index(["registry", "record_id"])["true_birth_id"]
    asked = pair[pair["decision"].astype(str) == "review"]
    sides = [
        births.reindex(
            pd.MultiIndex.from_arrays([asked[f"registry_{side}"].astype(str), asked[f"record_id_{side}"].astype(str)])
        ).to_numpy()
        for side in ("left", "right")
    ]
    return set(sides[0][sides[0] == sides[1]])


def group_counts(children: pd.DataFrame, truth_birth: pd.DataFrame) -> pd.DataFrame:
    """Children and errors by attribute, group and sort of error; a group that nobody is in stands there with nought. Counts of several counties add up.

    `mishaps`: of all groups together, two children each at most.
    """
    told = children.join(truth_birth.set_index("true_birth_id"), how="left")
    heaps = {error: told.loc[told[str(error)], "mishap"].value_counts() for error in Error}
    mishaps = {error: int(((sizes + 1) // 2).sum()) for error, sizes in heaps.items()}
    rows = []
    for attribute, groups in GROUPS.items():
        if attribute not in told:
            continue
        group = told[attribute].map(str, na_action="ignore").fillna("unknown")
        for name in dict.fromkeys((*groups, *sorted(set(group)))):
            here = told[group == name]
            due = here[here["due"]]
            missed = (len(due), int(due["missed"].sum()), int(due["in_review"].sum()), mishaps[Error.MISSED])
            rows.append((attribute, name, Error.MISSED, *missed))
            rows.append((attribute, name, Error.FALSE, int(here["exposed"].sum()), int(here["false"].sum()), 0, mishaps[Error.FALSE]))
    return pd.DataFrame(rows, columns=[*COUNTED, *ADDED])


def judged(counts: pd.DataFrame) -> pd.DataFrame:
    """The table of `group_counts`, of one county or of several below each other, with rates, intervals of 95 % and verdicts.

    `per_mishap`: children with an error per mishap, by which intervals are wider than for as many children who err each for themselves.
    `ratio` and `difference` are against all others of the attribute; `ratio` is nan where nothing can be divided, its interval stands all the same.
    `enough`: how many times as many children it takes to tell, 0 where one can tell already or never will.
    """
    summed = counts.groupby(COUNTED, sort=False)[ADDED].sum().reset_index()
    totals = summed.groupby(["attribute", "error"])[["children", "errors"]].transform("sum")
    summed["per_mishap"] = (totals["errors"] / summed["mishaps"].clip(lower=1)).clip(lower=1.0)
    summed["others_children"], summed["others_errors"] = totals["children"] - summed["children"], totals["errors"] - summed["errors"]
    columns = ["rate", "rate_low", "rate_high", "others_rate", "ratio", "ratio_low", "ratio_high", "difference", "verdict", "enough"]
    return pd.concat([summed, pd.DataFrame([_row(one) for one in rows_of(summed)], columns=columns)], axis=1)


def _row(one: Any) -> tuple[object, ...]:
    group = Rate(one.errors / one.per_mishap, one.children / one.per_mishap)
    others = Rate(one.others_errors / one.per_mishap, one.others_children / one.per_mishap)
    compared = Compared(group, others)
    verdict = compared.verdict() if one.attribute in JUDGED else Verdict.INFORMATION
    return (
        group.share,
        *exact_interval(group.errors, group.total),
        others.share,
        group.share / others.share if others.errors else np.nan,
        *TwoRates.of(group, others).ratio(),
        group.share - others.share,
        verdict,
        compared.enough() if verdict is Verdict.UNCLEAR else 0,
    )


def rows_of(parity: pd.DataFrame) -> Iterable[Any]:
    """Its rows by name of column; `Index` is the row's own."""
    return parity.itertuples()


def held(parity: pd.DataFrame) -> pd.DataFrame:
    """The rows that block the release of a new model; an empty table is the permission, if `undecided` is empty too."""
    return parity[parity["verdict"] == Verdict.HELD]


def undecided(parity: pd.DataFrame) -> pd.DataFrame:
    """The rows of which nobody can tell: pool more counties before the model is released."""
    return parity[parity["verdict"] == Verdict.UNCLEAR]
