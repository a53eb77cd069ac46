"""Each delivery judged by itself: used as it is, replaced by the last good night's, or absent. No clock, no database, no folder.

A delivery is a whole registry's, or one county's part of it; both are keyed as vocabulary.parts says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import ceil
from typing import Final

import pandas as pd

from expectations.completeness import Shortfall, first_night, period_from, vanished
from expectations.delivery import Delivery, Examined, prepare
from expectations.examination import Examination, examine
from expectations.joint import ROWS_TOGETHER, examine_together
from expectations.landing import Landed
from expectations.normalise import current_areas, notes, quarantine, records
from expectations.outside import outside_rows, without_own
from expectations.snapshot import NOTE, RECORD, compact, empty
from expectations.thresholds import LEAST_ROWS_FOR_A_SHARE, QUARANTINED_SHARE, VOLUME_SHARE
from vocabulary.areas import COUNTY_DIGITS, Areas, served, served_prefixes
from vocabulary.contracts import Registry, Role
from vocabulary.counties import Counties
from vocabulary.errors import Fault
from vocabulary.parts import Part

FRESH, LAST_GOOD, ABSENT = "fresh", "last_good", "absent"
MEANINGLESS_AFTER: Final = ("accepted.schema", "accepted.empty")
"""When one of these fails, the other facts follow from it and would only hide it."""


@dataclass(frozen=True)
class Earlier:
    """The last good night of a registry, or of a county's part of it: its accepted rows, and how many had been landed."""

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
    """What becomes of one delivery tonight. `faults`: why it is not used, or why its absence is not said."""

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
    delivery: Delivery | Examined | None = field(default=None, repr=False)
    examination: Examination | None = field(default=None, repr=False)
    county: str = ""

    @property
    def part(self) -> Part:
        """Whose delivery it is."""
        return Part(self.registry.name, self.county)

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
    counties: Counties = field(default_factory=Counties)

    def part(self, key: str) -> Part:
        """The part of that key; a county's that is not listed any more tells its own."""
        registry, _, county = key.partition("-")
        keeps = any(row.code == county and row.keeps_numbers for row in self.counties.rows)
        return Part(registry, county, keeps)


def accept_all(
    registries: Mapping[str, Registry], landed: Mapping[str, Landed], earlier: Mapping[str, Earlier], night: Night
) -> dict[str, Acceptance]:
    """Part -> acceptance, by their keys, in alphabetical order. First each on its own, then against each other."""
    judged: dict[str, Acceptance] = {}
    for keys in bundles(sorted(registries), landed, night):
        if len(keys) == 1 and not night.part(keys[0]).county:
            judged[keys[0]] = accept_registry(registries[keys[0]], landed[keys[0]], earlier.get(keys[0]), night, night.part(keys[0]))
        else:
            judged |= accept_together(registries[keys[0]], keys, landed, earlier, night)
    judged = dict(sorted(judged.items()))
    civil = [acceptance.records["area_code"] for acceptance in judged.values() if acceptance.registry.role is Role.CIVIL]
    prefixes = night.area or served_prefixes(night.area, pd.concat(civil) if civil else pd.Series(dtype=object))
    return {key: with_completeness(acceptance, earlier.get(key), judged, prefixes, night) for key, acceptance in judged.items()}


def bundles(keys: Sequence[str], landed: Mapping[str, Landed], night: Night) -> Iterator[list[str]]:
    """Deliveries to be examined together: of one registry, and no more rows than fit; a registry that comes whole is one by itself."""
    bundle: list[str] = []
    rows = 0
    for key in keys:
        part = night.part(key)
        held = landed[key].row_count
        if bundle and (not part.county or night.part(bundle[0]).registry != part.registry or rows + held > ROWS_TOGETHER):
            yield bundle
            bundle, rows = [], 0
        bundle, rows = [*bundle, key], rows + held
        if not part.county:
            yield bundle
            bundle, rows = [], 0
    if bundle:
        yield bundle


def accept_together(
    registry: Registry, keys: Sequence[str], landed: Mapping[str, Landed], earlier: Mapping[str, Earlier], night: Night
) -> dict[str, Acceptance]:
    """As `accept_registry` for the parts of several counties; what was examined of each is kept as counts."""
    parts = {key: night.part(key) for key in keys}
    befores = {key: earlier.get(key) for key in keys}
    whole = {key: landed[key] for key in keys}
    deliveries = {key: prepare(registry, one.rows, night.as_of) for key, one in whole.items() if one.rows is not None}
    demanded = [least_rows_of(befores[key]) for key in deliveries]
    examined = dict(zip(deliveries, examine_together(list(deliveries.values()), demanded), strict=True)) if deliveries else {}
    told: dict[str, Acceptance] = {}
    for key, part in parts.items():
        if key not in deliveries:
            faults = (whole[key].fault or Fault("accepted.not_delivered", where_of(part)),)
            outcome = fall_back(registry, befores[key], faults, night, part)
        else:
            outcome = judge(part, deliveries[key], examined[key], befores[key], night)
        kept = deliveries[key].examined if key in deliveries else None
        told[key] = replace(outcome, delivery=kept, records=compact(outcome.records, RECORD))
    return told


def accept_registry(registry: Registry, landed: Landed, before: Earlier | None, night: Night, part: Part | None = None) -> Acceptance:
    """Tonight's delivery if nothing critical speaks against it; otherwise the last good night's, or nothing."""
    part = part or Part(registry.name)
    if landed.rows is None:
        return fall_back(registry, before, (landed.fault or Fault("accepted.not_delivered", registry.name),), night, part)
    own = () if part.county else night.counties.own(registry.name)
    delivery = prepare(registry, without_own(landed.rows, registry, own), night.as_of)
    return judge(part, delivery, examine(delivery, least_rows_of(before)), before, night)


def least_rows_of(before: Earlier | None) -> int:
    """What the last good night demands of tonight's rows."""
    return ceil(VOLUME_SHARE * before.rows_landed) if before else 0


def judge(part: Part, delivery: Delivery, examination: Examination, before: Earlier | None, night: Night) -> Acceptance:
    """What becomes of a delivery that was examined."""
    registry = delivery.registry
    outside = outside_rows(delivery, part, night.areas)
    if len(outside):
        examination = replace(examination, failures=pd.concat([examination.failures, outside], ignore_index=True))
    broken = quarantine(delivery, examination.failures)
    faults = faults_of(delivery, examination, len(broken), before, where_of(part))
    # On a first night nothing newer exists than a stale delivery: it is used, but its absence is not said.
    stale_but_all_there_is = before is None and [fault.code for fault in faults] == ["accepted.stale"]
    if faults and not stale_but_all_there_is:
        return replace(fall_back(registry, before, faults, night, part), delivery=delivery, examination=examination)
    accepted = records(delivery, examination.failures, night.areas, part.prefix)
    return Acceptance(
        registry, FRESH, night.run_id, not faults, night.as_of, delivery.rows_landed,
        accepted, notes(delivery, examination.failures, accepted, part.prefix), broken,
        period_from=period_from(births_of(accepted), night.as_of), period_to=night.as_of,
        rows_before=before.rows_landed if before else None, rows_quarantined=len(broken), faults=faults,
        delivery=delivery, examination=examination, county=part.county,
    )  # fmt: skip


def where_of(part: Part) -> str:
    """The place of a fault of a delivery: registry, after the county whose part it is."""
    return f"{part.county} {part.registry}".strip()


def fall_back(registry: Registry, before: Earlier | None, faults: tuple[Fault, ...], night: Night, part: Part) -> Acceptance:
    """The last good night's rows as they were accepted then, by tonight's codes of their places; no rows where there is no such night."""
    if before is None:
        nothing = (empty(RECORD), empty(NOTE), pd.DataFrame())
        return Acceptance(registry, ABSENT, None, False, None, 0, *nothing, faults=faults, county=part.county)
    placed = before.records.assign(area_code=current_areas(before.records["area_code"], night.areas, night.as_of))
    return Acceptance(
        registry, LAST_GOOD, before.run_id, False, before.as_of, before.rows_landed, placed, before.notes, pd.DataFrame(),
        before.period_from, before.period_to, before.rows_landed, before.rows_quarantined, faults, county=part.county,
    )  # fmt: skip


def faults_of(delivery: Delivery, examination: Examination, broken: int, before: Earlier | None, name: str) -> tuple[Fault, ...]:
    """Every critical fact, the share of quarantined rows, and critical expectations that could not be checked; `name`: where."""
    rows = delivery.rows_landed
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
    if not prefixes:
        return speaking
    codes, distinct = pd.factorize(speaking["area_code"])
    here = [served(code, prefixes) for code in distinct]
    return speaking[[code >= 0 and here[code] for code in codes]]


def beside(
    acceptance: Acceptance, judged: Mapping[str, Acceptance], prefixes: tuple[str, ...], counties: Counties
) -> dict[str, pd.DataFrame]:
    """Registry -> the speaking records by which a delivery is measured on its first night: those of the area that it answers for.

    A county's part is held against what the same county and the shared registries tell of that county, never against another's.
    """
    own = set(counties.own(acceptance.registry.name))
    told: dict[str, list[pd.DataFrame]] = {}
    for other in judged.values():
        if other.status == ABSENT or (acceptance.county and other.county not in ("", acceptance.county)):
            continue
        rows = births_here(other.records, (acceptance.county,) if acceptance.county else prefixes)
        if not acceptance.county and own:
            rows = rows[~rows["area_code"].str[:COUNTY_DIGITS].isin(own)]
        told.setdefault(other.registry.name, []).append(rows[["born_on"]].astype(object))
    return {name: pd.concat(parts, ignore_index=True) for name, parts in told.items()}


def with_completeness(
    acceptance: Acceptance, before: Earlier | None, judged: Mapping[str, Acceptance], prefixes: tuple[str, ...], night: Night
) -> Acceptance:
    """A fresh delivery that fell short of the last good night, or on a first night of the others, is not complete."""
    if acceptance.status != FRESH or not acceptance.complete:
        return acceptance
    short: Shortfall | None
    if before is not None:
        short = vanished(before.records["record_id"], acceptance.records["record_id"])
    else:
        short = first_night(beside(acceptance, judged, prefixes, night.counties), acceptance.registry.name, night.as_of)
    if short is None:
        return acceptance
    fault = Fault(short.code, where_of(acceptance.part), {"percent": short.percent})
    return replace(acceptance, complete=False, faults=(fault,))
