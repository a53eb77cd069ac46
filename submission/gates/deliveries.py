"""G1, G2: is everything there that the month rests on, whole and as it was delivered?"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

import pandas as pd

from submission.gates.evidence import Evidence
from submission.gates.limits import limit
from submission.gates.objection import Objection, Severity
from vocabulary.registries import REGISTRIES


def month_is_over(evidence: Evidence) -> Iterator[Objection]:
    """The night speaks of the month's last day or later; every counted birth lies before the cut-off (G1, G6)."""
    if evidence.as_of < evidence.month.last_on:
        facts = {"as_of": evidence.as_of.isoformat(), "needed": evidence.month.last_on.isoformat()}
        yield Objection("G1", "month_not_over", Severity.BLOCK, str(evidence.month), facts)
    late = int((pd.to_datetime(evidence.counted["born_on"]) > pd.Timestamp(evidence.as_of)).sum())
    if late:
        yield Objection("G6", "born_after_cut_off", Severity.BLOCK, str(evidence.month), {"count": late})


def registries_delivered(evidence: Evidence) -> Iterator[Objection]:
    """Every registry, fresh and whole, for all of the month (G1)."""
    told = {str(row["registry"]): row for row in evidence.delivery.to_dict("records")}
    for registry in evidence.registries:
        row = told.get(registry, {"status": "absent"})
        if row["status"] == "absent":
            yield Objection("G1", "registry_absent", Severity.BLOCK, registry)
            continue
        if row["status"] != "fresh":
            yield Objection("G1", "registry_stale", Severity.BLOCK, registry, {"as_of": str(row["as_of"])[:10]})
        elif not row["complete"]:
            yield Objection("G1", "registry_incomplete", Severity.BLOCK, registry)
        starts, ends = pd.Timestamp(row["period_from"]), pd.Timestamp(row["period_to"])
        if not (starts <= pd.Timestamp(evidence.month.first_on) and ends >= pd.Timestamp(evidence.month.last_on)):
            yield Objection("G1", "registry_short", Severity.BLOCK, registry, {"period": f"{str(starts)[:10]} – {str(ends)[:10]}"})


def units_reported(evidence: Evidence) -> Iterator[Objection]:
    """Units that reported before and surely had births report this month as well (G1).

    Only where a registry is reported to by units: a township without a registration is no silent office. One silent unit alone asks; it never blocks, for in an
    area of fewer than twenty units no share of 95 % could survive it.
    """
    before = evidence.months_before
    if len(before) < limit("months_before"):
        return
    for registry, rows in evidence.unit_month.groupby("registry"):
        if REGISTRIES[str(registry)].unit_field is None:
            continue
        month = rows[rows["born_in"].eq(str(evidence.month))].set_index("unit_code")["records"]
        usual = rows[rows["born_in"].isin(before)].groupby("unit_code")["records"].sum()
        factor = month.sum() / max(usual.sum(), 1)
        due = {str(unit): records * factor for unit, records in usual.items() if exp(-records * factor) < limit("surely_not_zero")}
        silent = [unit for unit, expected in due.items() if month.get(unit, 0) < limit("nearly_silent") * expected]
        if len(silent) > 1 and 1 - len(silent) / len(due) < limit("units_reported"):
            facts = {"silent": len(silent), "due": len(due), "units": ", ".join(silent[:20])}
            yield Objection("G1", "units_silent", Severity.BLOCK, str(registry), facts)
        elif silent:
            facts = {"silent": len(silent), "due": len(due), "units": ", ".join(silent[:20])}
            yield Objection("G1", "unit_silent", Severity.WARNING, str(registry), facts)


def rows_are_whole(evidence: Evidence) -> Iterator[Objection]:
    """As many rows in the snapshot as were accepted (G2), and few that repeat another's key or content (G3)."""
    told = evidence.delivery.set_index("registry")["rows_accepted"]
    for registry in told.index:
        there = evidence.record_counts.get(str(registry), 0)
        if there != int(told[registry]):
            yield Objection("G2", "rows_differ", Severity.BLOCK, str(registry), {"accepted": int(told[registry]), "there": there})
    for registry, landed in evidence.landing.items():
        rows = landed["rows_tonight"]
        again = landed["identical_copies"] + landed["keys_repeated"]
        share = again / rows if rows else 0.0
        if share > limit("keys_repeated_look"):
            severity = Severity.BLOCK if share > limit("keys_repeated_block") else Severity.WARNING
            code = "keys_repeated_block" if severity == Severity.BLOCK else "keys_repeated"
            yield Objection("G3", code, severity, registry, {"again": again, "rows": rows, "percent": round(100 * share, 1)})
