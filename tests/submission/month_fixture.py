"""The evidence of a month with nothing wrong in it: a county of two dozen townships and ten months, drawn birth by birth."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from submission.gates.evidence import Evidence
from submission.monthly.revisions import revisions
from submission.monthly.table import table
from vocabulary.areas import Areas
from vocabulary.months import Month

MONTH, AS_OF = Month(2026, 8), date(2026, 10, 31)
MONTHS = [str(MONTH.before(back)) for back in range(10)]
SERVED = ("990101",)
REGISTRIES = ("family_planning", "hospital", "hukou")


def births(seed: int = 1, a_month: int = 800, townships: int = 24) -> pd.DataFrame:
    """As sql/views/returned_birth."""
    chance = np.random.default_rng(seed)
    frames = [of_month(Month.read(month), chance, int(chance.poisson(a_month)), townships) for month in MONTHS]
    told = pd.concat(frames, ignore_index=True)
    return told.assign(birth_id=[f"b{number}" for number in range(len(told))])


def of_month(month: Month, chance: np.random.Generator, size: int, townships: int) -> pd.DataFrame:
    weights = np.arange(1, townships + 1) / np.arange(1, townships + 1).sum()
    born = pd.to_datetime(month.first_on) + pd.to_timedelta(chance.integers(0, month.last_on.day, size), unit="D")
    delay = chance.exponential(20, size).astype(int)
    registered = chance.random(size) < 0.8
    return pd.DataFrame(
        {
            "born_on": born,
            "born_in": str(month),
            "township_code": [f"990101{number:03d}" for number in chance.choice(townships, size, p=weights)],
            "child_sex": chance.choice(["1", "2"], size, p=[0.515, 0.485]),
            "in_hospital": chance.random(size) < 0.97,
            "held_by": "family_planning;hospital;hukou",
            "repeated": 0,
            "known_on": born,
            "registered_on": born + pd.to_timedelta(delay, unit="D"),
            "answered_on": None,
            "answer_code": None,
            "figure": None,
            "days_old": (pd.Timestamp(AS_OF) - born).days,
            "is_timely": registered & (delay <= 30),
            "fate": "counted",
            "standing": np.where(registered, "registered", "overdue"),
        }
    )


def by_unit(birth: pd.DataFrame, chance: np.random.Generator) -> pd.DataFrame:
    """As sql/views/unit_month: each township reports its births to every registry, one in five late."""
    sizes = birth.groupby(["township_code", "born_in"]).size().rename("records").reset_index()
    late = chance.binomial(sizes["records"], 0.2)
    told = sizes.assign(dated=sizes["records"], late=late, round_days=chance.binomial(sizes["records"], 2 / 30), copied=0)
    return pd.concat([told.rename(columns={"township_code": "unit_code"}).assign(registry=name) for name in REGISTRIES], ignore_index=True)


def evidence(birth: pd.DataFrame | None = None, **changed: Any) -> Evidence:
    """Evidence in which every gate finds what it should, but for what is changed."""
    told = births() if birth is None else birth
    lines = table(told, MONTH, Areas(), SERVED)
    chance = np.random.default_rng(2)
    items = pd.DataFrame({"registry": REGISTRIES, "born_in": str(MONTH), "records": 400, "numbers": 1000})
    zeros = ("broken", "no_sex", "no_mother", "no_name", "numbers_wrong", "ages_odd", "repeated")
    delivery = pd.DataFrame({"registry": REGISTRIES, "status": "fresh", "complete": True, "as_of": AS_OF, "rows_accepted": 4000})
    usual: dict[str, Any] = {
        "month": MONTH,
        "as_of": AS_OF,
        "version": 1,
        "served": SERVED,
        "lines": lines,
        "sheet": lines.drop(columns=["level", "code", "name"]),
        "births": told,
        "unit_month": by_unit(told, chance),
        "item_month": items.assign(**dict.fromkeys(zeros, 0)),
        "open_pair": pd.DataFrame({"born_in": [str(MONTH)], "waiting": [1]}),
        "delivery": delivery.assign(period_from=date(2025, 11, 1), period_to=AS_OF),
        "changes": revisions(told.head(0), told.head(0), (), Areas(), SERVED),
        "coverage": {"estimate": None, "lower_bound": 400.0},
        "landing": {name: {"rows_tonight": 4000, "identical_copies": 0, "keys_repeated": 0} for name in REGISTRIES},
        "record_counts": dict.fromkeys(REGISTRIES, 4000),
    }
    return Evidence(**usual | changed)
