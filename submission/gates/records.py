"""G3 to G6: are the records of the month filled in, once each, with numbers that can be?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from submission.gates.evidence import Evidence
from submission.gates.limits import limit
from submission.gates.objection import Objection, Severity
from submission.gates.small_numbers import surely_above
from vocabulary.contracts import Role
from vocabulary.registries import REGISTRIES


def records_once(evidence: Evidence) -> Iterator[Objection]:
    """Few births stand twice in one registry (G3): they are counted once, but a file delivered twice shows here."""
    for row in of_month(evidence):
        share = row.repeated / row.records
        facts = {"repeated": int(row.repeated), "records": int(row.records), "percent": round(100 * share, 1)}
        if share > limit("births_repeated_block") and surely(row.repeated, row.records, limit("births_repeated_look")):
            yield Objection("G3", "births_repeated_block", Severity.BLOCK, str(row.registry), facts)
        elif share > limit("births_repeated_look") and surely(row.repeated, row.records, limit("births_repeated_look")):
            yield Objection("G3", "births_repeated", Severity.WARNING, str(row.registry), facts)


def items_filled_in(evidence: Evidence) -> Iterator[Objection]:
    """Sex, and in the health registries the mother by name or number, stand in nearly every record (G4)."""
    for row in of_month(evidence):
        items = {"child_sex": row.no_sex}
        if REGISTRIES[str(row.registry)].role is Role.HEALTH:
            items["mother_name"] = row.no_mother
        for item, missing in items.items():
            if surely(missing, row.records, limit("items_missing")):
                facts = {"missing": int(missing), "records": int(row.records), "item": item}
                yield Objection("G4", "items_missing", Severity.WARNING, str(row.registry), facts)


def numbers_fit(evidence: Evidence) -> Iterator[Objection]:
    """Identity numbers keep their check character (G5) and give mothers an age (G6): read as typing, and as nothing else."""
    for row in of_month(evidence):
        if surely(row.numbers_wrong, row.numbers, limit("numbers_wrong")):
            facts = {"wrong": int(row.numbers_wrong), "numbers": int(row.numbers)}
            yield Objection("G5", "numbers_wrong", Severity.WARNING, str(row.registry), facts)
        if surely(row.ages_odd, row.records, limit("ages_odd")):
            facts = {"wrong": int(row.ages_odd), "records": int(row.records)}
            yield Objection("G6", "ages_odd", Severity.WARNING, str(row.registry), facts)


def of_month(evidence: Evidence) -> Iterator[Any]:
    """The month's line of each registry."""
    yield from evidence.item_month[evidence.item_month["born_in"].eq(str(evidence.month))].itertuples()


def surely(hits: float, of: float, rule: float) -> bool:
    """More than the rule allows, beyond chance."""
    return surely_above(hits, of, rule, limit("sure"))
