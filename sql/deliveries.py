"""What each registry, or each county's part of one, delivered to each night, and which delivery was the last good one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, delete, insert, select, update

from sql.database import writing
from sql.tables import DELIVERY, RUN
from vocabulary.parts import Part
from vocabulary.settings import Settings


def record_delivery(settings: Settings, run_id: str, manifest: Mapping[str, Any]) -> None:
    """Keep a delivery's manifest (registry, county, rows, delivery_id and more). The same night's earlier one is replaced."""
    registry, county = str(manifest["registry"]), str(manifest.get("county", ""))
    with writing(settings) as connection:
        connection.execute(
            delete(DELIVERY).where(DELIVERY.c.run_id == run_id, DELIVERY.c.registry == registry, DELIVERY.c.county == county)
        )
        connection.execute(
            insert(DELIVERY).values(
                run_id=run_id,
                registry=registry,
                county=county,
                delivery_id=manifest.get("delivery_id"),
                row_count=int(manifest["rows"]),
                manifest=dict(manifest),
            )
        )


def mark_accepted(settings: Settings, run_id: str, registry: str, rows: int) -> None:
    """Tonight's delivery of a registry was fit to be matched, fresh, with so many rows accepted."""
    mark_all_accepted(settings, run_id, {Part(registry): rows})


def mark_all_accepted(settings: Settings, run_id: str, accepted: Mapping[Part, int]) -> None:
    """Tonight's deliveries of these parts were fit to be matched, fresh, with so many rows accepted.

    Where landing ended before it could record the delivery, the snapshot stands all the same and is recorded here.
    """
    with writing(settings) as connection:
        for part, rows in accepted.items():
            chosen = (DELIVERY.c.run_id == run_id) & (DELIVERY.c.registry == part.registry) & (DELIVERY.c.county == part.county)
            told = {"registry": part.registry, "county": part.county}
            row = {"run_id": run_id, **told, "row_count": rows, "manifest": {**told, "rows": rows}}
            if not connection.execute(update(DELIVERY).where(chosen).values(accepted_count=rows)).rowcount:
                connection.execute(insert(DELIVERY).values(**row, accepted_count=rows))


def last_good_delivery(settings: Settings, registry: str | Part, before_run_id: str | None = None) -> dict[str, Any] | None:
    """The manifest of the newest accepted delivery of a registry, or of a part, with run_id and rows_accepted; None if there is none.

    With `before_run_id`, only nights opened before that one, and none that spoke of a later day: a past day that is run
    again must not know its future.
    """
    part = registry if isinstance(registry, Part) else Part(registry)
    with writing(settings) as connection:
        found = connection.execute(last_good_query(part, before_run_id).limit(1)).first()
    if found is None:
        return None
    return {**found.manifest, "run_id": found.run_id, "rows_accepted": found.accepted_count}


def last_good_query(part: Part, before_run_id: str | None) -> Select[Any]:
    """Accepted deliveries of a part, newest first."""
    query = (
        select(DELIVERY.c.run_id, DELIVERY.c.accepted_count, DELIVERY.c.manifest)
        .join(RUN, RUN.c.run_id == DELIVERY.c.run_id)
        .where(DELIVERY.c.registry == part.registry, DELIVERY.c.county == part.county, DELIVERY.c.accepted_count.is_not(None))
        .order_by(RUN.c.night_no.desc())
    )
    if before_run_id is None:
        return query
    night = RUN.alias("night")
    this = select(night.c.night_no).where(night.c.run_id == before_run_id).scalar_subquery()
    day = select(night.c.as_of).where(night.c.run_id == before_run_id).scalar_subquery()
    return query.where(RUN.c.night_no < this, RUN.c.as_of <= day)
