"""Each registry's delivery judged: used as it is, replaced by the last good night's, or absent. No clock, no database, no folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import ceil
from typing import Final

import pandas as pd

from expectations.completeness import Shortfall, first_night, period_from, vanished
from expectations.delivery import Delivery, prepare
from expectations.examination import Examination, examine
from expectations.landing import Landed
from expectations.normalise import current_areas, notes, quarantine, records
from expectations.snapshot import NOTE, RECORD, empty
from expectations.thresholds import LEAST_ROWS_FOR_A_SHARE, QUARANTINED_SHARE, VOLUME_SHARE
from vocabulary.areas import Areas, served, served_prefixes
from vocabulary.contracts import Registry, Role
from vocabulary.errors import Fault

FRESH, LAST_GOOD, ABSENT = "fresh", "last_good", "absent"
MEANINGLESS_AFTER: Final = ("accepted.schema", "accepted.empty")
"""When one of these fails, the other facts follow from it and would only hide it."""


@dataclass(frozen=True)
class Earlier:
    """The last good night of a registry: its accepted rows, and how many had been landed."""

    run_id: str
    as_of: date
    rows_landed: int
    rows_quarantined: int
    period_from: date | None
    period_to: date | None
    records: pd.DataFrame
    notes: pd.DataFrame


@dataclass(frozen=True)
class Acceptance:
    """What becomes of one registry tonight. `faults`: why the delivery is not used, or why its absence is not said."""

    registry: Registry
    status: str
    from_run_id: str | None
    complete: bool
    as_of: date | None
    rows_landed: int
    records: pd.DataFrame
    notes: pd.DataFrame
    quarantine: pd.DataFrame
    period_from: date | None = None
    period_to: date | None = None
    rows_before: int | None = None
    rows_quarantined: int = 0
    faults: tuple[Fault, ...] = ()
    delivery: Delivery | None = field(default=None, repr=False)
    examination: Examination | None = field(default=None, repr=False)

    @property
    def reason(self) -> str | None:
        """The first fault's code."""
        return self.faults[0].code if self.faults else None


@dataclass(frozen=True)
class Night:
    """What is the same for every registry tonight."""

    run_id: str
    as_of: date
    areas: Areas
    area: tuple[str, ...] = ()


def accept_all(
    registries: Mapping[str, Registry], landed: Mapping[str, Landed], earlier: Mapping[str, Earlier], night: Night
) -> dict[str, Acceptance]:
    """Registry -> acceptance, in alphabetical order. First each on its own, then against each other."""
    judged = {name: accept_registry(registries[name], landed[name], earlier.get(name), night) for name in sorted(registries)}
    civil = [acceptance.records["area_code"] for acceptance in judged.values() if acceptance.registry.role is Role.CIVIL]
    prefixes = served_prefixes(night.area, pd.concat(civil) if civil else pd.Series(dtype=object))
    births = {name: births_here(acceptance.records, prefixes) for name, acceptance in judged.items() if acceptance.status != ABSENT}
    return {name: with_completeness(acceptance, earlier.get(name), births, night.as_of) for name, acceptance in judged.items()}


def accept_registry(registry: Registry, landed: Landed, before: Earlier | None, night: Night) -> Acceptance:
    """Tonight's delivery if nothing critical speaks against it; otherwise the last good night's, or nothing."""
    if landed.rows is None:
        return fall_back(registry, before, (landed.fault or Fault("accepted.not_delivered", registry.name),), night)
    delivery = prepare(registry, landed.rows, night.as_of)
    least_rows = ceil(VOLUME_SHARE * before.rows_landed) if before else 0
    examination = examine(delivery, least_rows)
    broken = quarantine(delivery, examination.failures)
    faults = faults_of(delivery, examination, len(broken), before)
    # On a first night nothing newer exists than a stale delivery: it is used, but its absence is not said.
    stale_but_all_there_is = before is None and [fault.code for fault in faults] == ["accepted.stale"]
    if faults and not stale_but_all_there_is:
        return replace(fall_back(registry, before, faults, night), delivery=delivery, examination=examination)
    accepted = records(delivery, examination.failures, night.areas)
    return Acceptance(
        registry, FRESH, night.run_id, not faults, night.as_of, delivery.rows_landed,
        accepted, notes(delivery, examination.failures, accepted), broken,
        period_from=period_from(births_of(accepted), night.as_of), period_to=night.as_of,
        rows_before=before.rows_landed if before else None, rows_quarantined=len(broken), faults=faults,
        delivery=delivery, examination=examination,
    )  # fmt: skip


def fall_back(registry: Registry, before: Earlier | None, faults: tuple[Fault, ...], night: Night) -> Acceptance:
    """The last good night's rows as they were accepted then, by tonight's codes of their places; no rows where there is no such night."""
    if before is None:
        return Acceptance(registry, ABSENT, None, False, None, 0, empty(RECORD), empty(NOTE), pd.DataFrame(), faults=faults)
    placed = before.records.assign(area_code=current_areas(before.records["area_code"], night.areas, night.as_of))
    return Acceptance(
        registry, LAST_GOOD, before.run_id, False, before.as_of, before.rows_landed, placed, before.notes, pd.DataFrame(),
        before.period_from, before.period_to, before.rows_landed, before.rows_quarantined, faults,
    )  # fmt: skip


def faults_of(delivery: Delivery, examination: Examination, broken: int, before: Earlier | None) -> tuple[Fault, ...]:
    """Every critical fact, the share of quarantined rows, and critical expectations that could not be checked."""
    name, rows = delivery.registry.name, delivery.rows_landed
    known = {"before": before.rows_landed if before else 0}
    faults = [Fault(f"accepted.{critical.code}", name, {**critical.facts, **known}) for critical in examination.criticals]
    if rows >= LEAST_ROWS_FOR_A_SHARE and broken > QUARANTINED_SHARE * rows:
        faults.append(Fault("accepted.quarantine_share", name, {"rows": rows, "broken": broken}))
    unchecked = [raised for raised in examination.raised if raised.severity == "critical"]
    if unchecked and not faults:
        faults.append(Fault("accepted.expectation_raised", name, {"expectation": unchecked[0].expectation, "error": unchecked[0].error}))
    first = [fault for fault in faults if fault.code in MEANINGLESS_AFTER]
    return tuple(first[:1] or faults)


def births_of(accepted: pd.DataFrame) -> pd.Series:
    """Birth dates of the records that may speak."""
    return accepted.loc[~accepted["quarantined"].astype(bool), "born_on"]


def births_here(accepted: pd.DataFrame, prefixes: tuple[str, ...]) -> pd.DataFrame:
    """The records that may speak and lie in the served area; all where no area is known."""
    speaking = accepted[~accepted["quarantined"].astype(bool)]
    return speaking[speaking["area_code"].map(lambda code: served(code, prefixes), na_action="ignore").eq(True)] if prefixes else speaking


def with_completeness(acceptance: Acceptance, before: Earlier | None, births: Mapping[str, pd.DataFrame], as_of: date) -> Acceptance:
    """A fresh delivery that fell short of the last good night, or on a first night of the others, is not complete."""
    if acceptance.status != FRESH or not acceptance.complete:
        return acceptance
    short: Shortfall | None
    if before is not None:
        short = vanished(before.records["record_id"], acceptance.records["record_id"])
    else:
        short = first_night(births, acceptance.registry.name, as_of)
    if short is None:
        return acceptance
    return replace(acceptance, complete=False, faults=(Fault(short.code, acceptance.registry.name, {"percent": short.percent}),))
