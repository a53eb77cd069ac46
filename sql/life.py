"""The life of a finding: opened, issued, answered, closed by itself when later data agree, reopened when they part."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, Table, and_, exists, func, insert, literal, or_, select, update

from sql.database import writing
from sql.rows import insert_count, now, read_table
from sql.staging import ROW_NO, keyed, staged
from sql.tables import FINDING, FINDING_EVENT, RUN
from vocabulary.findings import Status
from vocabulary.settings import Settings

CONTENT = [
    "finding_id", "kind", "birth_id", "registry", "record_id", "field", "division_code", "due_stage", "evidence", "other_registry", "other_record_id",
]  # fmt: skip
STEP = ("finding_id", "run_id", "actor")
NEWS = ["evidence", "division_code", "field"]
"""What makes an answered finding a new question when it differs from what the desk saw."""
OPENED, CLOSED, REOPENED, ISSUED, ANSWERED, WITHDRAWN = "opened", "closed", "reopened", "issued", "answered", "withdrawn"
MOVED = "moved"
"""Its task went to the desk of the township that took in its own."""
NIGHT = "night"
"""Who did it, where no desk did."""
Follow = Callable[[str], str]
"""A division's code -> the code that the place has on a night."""
STATUS_AFTER = {
    CLOSED: Status.CLOSED, REOPENED: Status.OPEN, ISSUED: Status.ISSUED, ANSWERED: Status.ANSWERED, WITHDRAWN: Status.ANSWERED,
}  # fmt: skip


def open_findings(settings: Settings) -> pd.DataFrame:
    """One row a finding that is not closed: finding_id, kind, birth_id, its place, and the registry and number of its record or two; sorted by id."""
    columns = ("finding_id", "kind", "birth_id", "division_code", "registry", "record_id", "other_registry", "other_record_id")
    query = select(*(FINDING.c[name] for name in columns)).where(FINDING.c.status != Status.CLOSED)
    with writing(settings) as connection:
        found = read_table(connection, query)
    return found.sort_values("finding_id", ignore_index=True).astype("string")


def finding_history(settings: Settings, finding_id: str) -> pd.DataFrame:
    """One row a step in a finding's life, oldest first: event, actor (the night, or a desk), run_id, as_of, happened_at."""
    query = (
        select(FINDING_EVENT.c.event, FINDING_EVENT.c.actor, FINDING_EVENT.c.run_id, RUN.c.as_of, FINDING_EVENT.c.happened_at)
        .join(RUN, RUN.c.run_id == FINDING_EVENT.c.run_id)
        .where(FINDING_EVENT.c.finding_id == finding_id)
        .order_by(FINDING_EVENT.c.event_id)
    )
    with writing(settings) as connection:
        return read_table(connection, query)


def last_seen(settings: Settings, finding_id: str) -> str | None:
    """The id of the newest night that saw a finding; None for a finding that none did."""
    with writing(settings) as connection:
        query = select(FINDING.c.last_run_id).where(FINDING.c.finding_id == finding_id)
        found: str | None = connection.execute(query).scalar_one_or_none()
        return found


def save_findings(settings: Settings, run_id: str, findings: pd.DataFrame, withheld: Collection[str] = ()) -> dict[str, int]:
    """`keep_findings` in a transaction of its own."""
    with writing(settings) as connection:
        return keep_findings(connection, run_id, findings, withheld)


def keep_findings(
    connection: Connection, run_id: str, findings: pd.DataFrame, withheld: Collection[str] = (), follow: Follow | None = None
) -> dict[str, int]:
    """Bring the state to what this night found. Counts of findings opened, reopened, closed.

    `withheld` are the ids of open findings that this night cannot judge, because what they rest on did not arrive: they
    stay as they are. A night that speaks of an earlier day than the newest adds what it found and judges nothing else.
    An answered finding is reopened when its evidence is no longer what it was; that its township was merged (`follow`) is no news.
    """
    in_the_past = speaks_of_the_past(connection, run_id)
    with staged(connection, FINDING, findings.reindex(columns=CONTENT)) as found:
        opened = open_unknown(connection, run_id, found)
        if in_the_past:
            return {OPENED: opened, REOPENED: 0, CLOSED: 0}
        if follow is not None:
            move_areas(connection, follow)
        reopened = take_step(connection, run_id, REOPENED, asked_again(found))
        with staged(connection, FINDING, pd.DataFrame({"finding_id": sorted(withheld)}, dtype=object)) as unjudged:
            closed = take_step(connection, run_id, CLOSED, no_longer_found(found, unjudged))
        content = {name: found.c[name] for name in CONTENT if name != "finding_id"}
        connection.execute(update(FINDING).where(FINDING.c.finding_id == found.c.finding_id).values(**content, last_run_id=run_id))
    return {OPENED: opened, REOPENED: reopened, CLOSED: closed}


def move_areas(connection: Connection, follow: Follow) -> None:
    """Give every finding the code that its place has tonight."""
    known = select(FINDING.c.division_code).where(FINDING.c.division_code.is_not(None)).distinct()
    for code in connection.execute(known).scalars().all():
        if (now_called := follow(code)) != code:
            connection.execute(update(FINDING).where(FINDING.c.division_code == code).values(division_code=now_called))


def open_unknown(connection: Connection, run_id: str, found: Table) -> int:
    """Keep what no night has found before. How many there are."""
    told = {"status": Status.OPEN.value, "first_run_id": run_id, "last_run_id": run_id}
    unknown = ~exists().where(FINDING.c.finding_id == found.c.finding_id)
    query = select(*(found.c[name] for name in CONTENT), *map(literal, told.values())).where(unknown).order_by(found.c[ROW_NO])
    count = insert_count(connection, insert(FINDING).from_select([*CONTENT, *told], query))
    opened = select(found.c.finding_id).join(FINDING, FINDING.c.finding_id == found.c.finding_id).where(FINDING.c.first_run_id == run_id)
    record_events(connection, run_id, OPENED, opened)
    return count


def asked_again(found: Table) -> Select[Any]:
    """Ids of closed findings that are found again, and of answered ones whose evidence, area or field is another tonight."""
    differs = or_(*(func.coalesce(FINDING.c[name], "") != func.coalesce(found.c[name], "") for name in NEWS))
    again = (FINDING.c.status == Status.CLOSED) | ((FINDING.c.status == Status.ANSWERED) & differs)
    return select(FINDING.c.finding_id).join(found, found.c.finding_id == FINDING.c.finding_id).where(again)


def no_longer_found(found: Table, unjudged: Table) -> Select[Any]:
    """Ids of findings that stand, and are neither found tonight nor withheld."""
    elsewhere = (~exists().where(told.c.finding_id == FINDING.c.finding_id) for told in (found, unjudged))
    return select(FINDING.c.finding_id).where(FINDING.c.status != Status.CLOSED, *elsewhere)


def speaks_of_the_past(connection: Connection, run_id: str) -> bool:
    """Whether an earlier night has already found things as of a later day than this one."""
    seen_on = select(func.max(RUN.c.as_of)).join(FINDING, FINDING.c.last_run_id == RUN.c.run_id)
    latest = connection.execute(seen_on).scalar_one()
    as_of = connection.execute(select(RUN.c.as_of).where(RUN.c.run_id == run_id)).scalar_one()
    return latest is not None and as_of < latest


def set_status(connection: Connection, run_id: str, event: str, finding_ids: Iterable[str], actor: str = NIGHT) -> int:
    """Give findings the status that an event leads to, and write down the event and who did it. How many there were."""
    with staged(connection, FINDING, pd.DataFrame({"finding_id": sorted(set(finding_ids))}, dtype=object)) as chosen:
        return take_step(connection, run_id, event, select(chosen.c.finding_id), actor)


def take_step(connection: Connection, run_id: str, event: str, chosen: Select[Any], actor: str = NIGHT) -> int:
    """As `set_status`, for the ids that a query gives."""
    record_events(connection, run_id, event, chosen, actor)
    changed = update(FINDING).where(FINDING.c.finding_id.in_(chosen)).values(status=STATUS_AFTER[event].value)
    return connection.execute(changed).rowcount


def record_events(connection: Connection, run_id: str, event: str, chosen: Select[Any], actor: str = NIGHT) -> None:
    """As `record_steps`, for the ids that a query gives."""
    record_steps(connection, event, chosen.add_columns(literal(run_id).label("run_id"), literal(actor).label("actor")))


def record_steps(connection: Connection, event: str, steps: Select[Any]) -> None:
    """Append finding_id, run_id, actor to the history; what a night wrote down already is not written twice."""
    told = steps.subquery()
    same = and_(*(FINDING_EVENT.c[name] == told.c[name] for name in STEP), FINDING_EVENT.c.event == event)
    constants = [literal(event), literal(now(), FINDING_EVENT.c.happened_at.type)]
    query = select(*(told.c[name] for name in STEP), *constants).where(~exists().where(same)).order_by(told.c.finding_id)
    connection.execute(insert(FINDING_EVENT).from_select([*STEP, "event", "happened_at"], query))


def settle(connection: Connection, event: str, actors: Mapping[str, str]) -> int:
    """Finding -> the desk that did it. By the night that last saw each; closed ones stay closed: the data settled them. How many there were."""
    with keyed(connection, FINDING_EVENT, {"finding_id": list(actors), "actor": list(actors.values())}) as told:
        standing = select(FINDING.c.finding_id, FINDING.c.last_run_id.label("run_id"), told.c.actor).where(
            FINDING.c.finding_id == told.c.finding_id, FINDING.c.status != Status.CLOSED
        )
        record_steps(connection, event, standing)
        here = (FINDING.c.finding_id == told.c.finding_id) & (FINDING.c.status != Status.CLOSED)
        return connection.execute(update(FINDING).where(here).values(status=STATUS_AFTER[event].value)).rowcount
