"""Front door: every reason why a return may not go out as it is. The empty list is the only permission to ask a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from submission.gates import counts, custody, deliveries, identities, linkage, records, restatement, tie_out, too_good
from submission.gates.evidence import Evidence
from submission.gates.objection import Objection, Severity

Gate = Callable[[Evidence], Iterator[Objection]]

GATES: tuple[Gate, ...] = (
    custody.nothing_was_changed,
    deliveries.month_is_over,
    deliveries.registries_delivered,
    deliveries.units_reported,
    deliveries.rows_are_whole,
    records.records_once,
    records.items_filled_in,
    records.numbers_fit,
    counts.births_as_usual,
    counts.sexes_as_usual,
    linkage.links_hold,
    linkage.pairs_are_decided,
    linkage.estimate_is_narrow,
    identities.table_is_well_formed,
    identities.checks_hold,
    identities.sums_hold,
    identities.percentages_hold,
    identities.workbook_says_the_same,
    tie_out.totals_tie_out,
    restatement.restated_with_reason,
    too_good.dates_are_spread,
    too_good.reports_are_no_copies,
    too_good.some_are_late,
)
"""G10 is held at the release of a model (`hedui train`), G12 by disclosure control when figures are published: neither is of one month's return."""


def judged(evidence: Evidence) -> list[Objection]:
    """Every gate's answer, notes as well: blocks first."""
    order = list(Severity)
    found = [objection for gate in GATES for objection in gate(evidence)]
    return sorted(found, key=lambda one: order.index(one.severity))


def objections(evidence: Evidence) -> list[Objection]:
    """What a return is held back or looked at for; notes of what could not be judged are none."""
    return [one for one in judged(evidence) if one.severity != Severity.NOTE]


def of(severity: Severity, found: Iterable[Objection]) -> list[Objection]:
    """Those of one severity."""
    return [one for one in found if one.severity == severity]
