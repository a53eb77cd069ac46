"""What a night says otherwise under another model: pairs, births, findings. Tables in, counts and ids out; no person's value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from matching.model.learned import Model
from vocabulary.findings import PAIR, Decision, Kind

KEY = ["registry", "record_id"]
UNSEEN = "unseen"
"""A pair that a model has nothing to say of: no rule met it, or it is far below what is worth knowing."""
DECISIONS = (*map(str, Decision), UNSEEN)


@dataclass(frozen=True)
class Side:
    """A night linked by one model. `birth_record`, `pair`, `finding` as in the run's snapshots."""

    model: Model
    birth_record: pd.DataFrame
    pair: pd.DataFrame
    finding: pd.DataFrame


def decisions(old: Side, new: Side) -> dict[str, dict[str, int]]:
    """Pairs by what the old model and then the new one decides of them."""
    both = pairs_of_both(old, new)
    told = {before: dict.fromkeys(DECISIONS, 0) for before in DECISIONS}
    for before, after in zip(both["old"].tolist(), both["new"].tolist(), strict=True):
        told[before][after] += 1
    return told


def pairs_of_both(old: Side, new: Side) -> pd.DataFrame:
    """One row a pair that either knows: `old`, `new` decision, `old_weight`, `new_weight` (null where unseen)."""
    sides = []
    for name, side in (("old", old), ("new", new)):
        told = side.pair[[*PAIR, "decision", "match_weight"]].astype(dict.fromkeys((*PAIR, "decision"), str))
        sides.append(told.rename(columns={"decision": name, "match_weight": f"{name}_weight"}))
    both = sides[0].merge(sides[1], on=list(PAIR), how="outer")
    return both.fillna({"old": UNSEEN, "new": UNSEEN})


def records_of_both(old: Side, new: Side) -> pd.DataFrame:
    """One row a record: `old` and `new` birth, and whether its birth holds other records under the new model."""
    one, two = (side.birth_record[[*KEY, "birth_id"]].astype(str) for side in (old, new))
    both = one.rename(columns={"birth_id": "old"}).merge(two.rename(columns={"birth_id": "new"}), on=KEY, validate="one_to_one")
    parts = both.groupby("old")["new"].transform("nunique")
    sources = both.groupby("new")["old"].transform("nunique")
    # A birth is another as soon as one of its records is elsewhere, or another birth's record came to it.
    elsewhere = (parts > 1) | (sources > 1)
    return both.assign(changed=elsewhere.groupby(both["old"]).transform("any"))


def births(both: pd.DataFrame) -> dict[str, int]:
    """Counts of births: of the old model, of the new, joined (new ones out of several), split (old ones into several), changed old ones."""
    return {
        "old": int(both["old"].nunique()),
        "new": int(both["new"].nunique()),
        "joined": made_of_several(both, "new", "old"),
        "split": made_of_several(both, "old", "new"),
        "changed": int(both.loc[both["changed"], "old"].nunique()),
    }


def made_of_several(both: pd.DataFrame, births: str, parts: str) -> int:
    """How many births of one model hold records of several of the other."""
    return int((both.drop_duplicates([births, parts])[births].value_counts() > 1).sum())


def findings(old: Side, new: Side) -> dict[str, dict[str, int]]:
    """Kind -> findings under the old model, under the new, and how many only one of them has."""
    told = {}
    for kind in Kind:
        one, two = (ids_of(side, kind) for side in (old, new))
        told[kind.value] = {"old": len(one), "new": len(two), "gained": len(two - one), "lost": len(one - two)}
    return told


def finding_ids(old: Side, new: Side) -> dict[str, dict[str, list[str]]]:
    """`gained` and `lost` -> kind -> ids, for `hedui explain`; kinds with none are left out."""
    told: dict[str, dict[str, list[str]]] = {"gained": {}, "lost": {}}
    for kind in Kind:
        one, two = (ids_of(side, kind) for side in (old, new))
        for name, ids in (("gained", two - one), ("lost", one - two)):
            if ids:
                told[name][kind.value] = sorted(ids)
    return told


def ids_of(side: Side, kind: Kind) -> set[str]:
    """The findings of a kind."""
    return set(side.finding.loc[side.finding["kind"].eq(kind.value), "finding_id"].astype(str))


def asked_after(old: Side, new: Side) -> pd.DataFrame:
    """One row a child of whom only one model says that no registration is found: birth_id, division_code, `gained`."""
    kind = Kind.NOT_REGISTERED
    one, two = (ids_of(side, kind) for side in (old, new))
    parts = [
        side.finding.loc[side.finding["finding_id"].astype(str).isin(ids), ["birth_id", "division_code"]].assign(gained=gained)
        for side, ids, gained in ((new, two - one, True), (old, one - two, False))
    ]
    return pd.concat(parts, ignore_index=True).astype({"birth_id": str})


def summary(old: Side, new: Side) -> Mapping[str, Any]:
    """A night in counts."""
    both = records_of_both(old, new)
    return {"records": len(both), "births": births(both), "decisions": decisions(old, new), "findings": findings(old, new)}
