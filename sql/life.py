"""The life of a finding: opened, issued, answered, closed by itself when later data agree, reopened when they part."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pandas as pd
from sqlalchemy import Connection, func, select

from sql.database import writing
from sql.rows import insert_rows, now, read_table, update_rows
from sql.tables import FINDING, FINDING_EVENT, RUN
from vocabulary.findings import Status
from vocabulary.settings import Settings

CONTENT = [
    "finding_id", "kind", "birth_id", "registry", "record_id", "field", "division_code", "due_stage", "evidence", "other_registry", "other_record_id",
]  # fmt: skip
NEWS = ["evidence", "division_code", "field"]
"""What makes an answered finding a new question when it differs from what the desk saw."""
OPENED, CLOSED, REOPENED, ISSUED, ANSWERED, WITHDRAWN = "opened", "closed", "reopened", "issued", "answered", "withdrawn"
STATUS_AFTER = {
    CLOSED: Status.CLOSED, REOPENED: Status.OPEN, ISSUED: Status.ISSUED, ANSWERED: Status.ANSWERED, WITHDRAWN: Status.ANSWERED,
}  # fmt: skip


def open_findings(settings: Settings) -> pd.DataFrame:
    """One row a finding that is not closed: finding_id, kind, birth_id, registry, other_registry; sorted by id."""
    columns = ("finding_id", "kind", "birth_id", "registry", "other_registry")
    query = select(*(FINDING.c[name] for name in columns)).where(FINDING.c.status != Status.CLOSED)
    with writing(settings) as connection:
        found = read_table(connection, query)
    return found.sort_values("finding_id", ignore_index=True).astype("string")


def finding_history(settings: Settings, finding_id: str) -> pd.DataFrame:
    """One row a step in a finding's life, oldest first: event, run_id, as_of, happened_at."""
    query = (
        select(FINDING_EVENT.c.event, FINDING_EVENT.c.run_id, RUN.c.as_of, FINDING_EVENT.c.happened_at)
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


def keep_findings(connection: Connection, run_id: str, findings: pd.DataFrame, withheld: Collection[str] = ()) -> dict[str, int]:
    """Bring the state to what this night found. Counts of findings opened, reopened, closed.

    `withheld` are the ids of open findings that this night cannot judge, because what they rest on did not arrive: they
    stay as they are. A night that speaks of an earlier day than the newest adds what it found and judges nothing else.
    An answered finding is reopened when its evidence is no longer what it was.
    """
    found = findings.reindex(columns=CONTENT)
    known = read_table(connection, select(FINDING.c.finding_id, FINDING.c.status, *(FINDING.c[name] for name in NEWS)))
    status = known.set_index("finding_id")["status"]
    seen = found["finding_id"].isin(status.index)
    in_the_past = speaks_of_the_past(connection, run_id)
    opened = found.loc[~seen, "finding_id"]
    insert_rows(connection, FINDING, found[~seen], status=Status.OPEN.value, first_run_id=run_id, last_run_id=run_id)
    record_events(connection, run_id, OPENED, opened)
    if in_the_past:
        return {OPENED: len(opened), REOPENED: 0, CLOSED: 0}
    update_rows(connection, FINDING, "finding_id", found[seen].assign(last_run_id=run_id))
    tonight = status[status.index.isin(found["finding_id"])]
    gone = status[~status.index.isin(found["finding_id"]) & ~status.index.isin(list(withheld))]
    answered = known[known["status"] == Status.ANSWERED]
    again = [*tonight.index[tonight == Status.CLOSED], *changed(answered, found)]
    reopened = set_status(connection, run_id, REOPENED, again)
    closed = set_status(connection, run_id, CLOSED, gone.index[gone != Status.CLOSED])
    return {OPENED: len(opened), REOPENED: reopened, CLOSED: closed}


def changed(known: pd.DataFrame, found: pd.DataFrame) -> list[str]:
    """The ids of known findings that are found again with other evidence, in another area, or about another field."""
    both = known.merge(found, on="finding_id", suffixes=("", "_tonight"))
    differs = pd.Series(False, index=both.index)
    for name in NEWS:
        differs |= both[name].fillna("").astype(str) != both[f"{name}_tonight"].fillna("").astype(str)
    return both.loc[differs, "finding_id"].astype(str).tolist()


def speaks_of_the_past(connection: Connection, run_id: str) -> bool:
    """Whether an earlier night has already found things as of a later day than this one."""
    seen_on = select(func.max(RUN.c.as_of)).join(FINDING, FINDING.c.last_run_id == RUN.c.run_id)
    latest = connection.execute(seen_on).scalar_one()
    as_of = connection.execute(select(RUN.c.as_of).where(RUN.c.run_id == run_id)).scalar_one()
    return latest is not None and as_of < latest


def set_status(connection: Connection, run_id: str, event: str, finding_ids: Iterable[str]) -> int:
    """Give findings the status that an event leads to, and write the event down. How many there were."""
    chosen = pd.DataFrame({"finding_id": sorted(finding_ids)}, dtype=object)
    update_rows(connection, FINDING, "finding_id", chosen.assign(status=STATUS_AFTER[event].value))
    record_events(connection, run_id, event, chosen["finding_id"])
    return len(chosen)


def record_events(connection: Connection, run_id: str, event: str, finding_ids: Iterable[str]) -> None:
    """Append to the history; what this night wrote down already is not written twice."""
    events = pd.DataFrame({"finding_id": sorted(finding_ids)}, dtype=object)
    query = select(FINDING_EVENT.c.finding_id).where(FINDING_EVENT.c.run_id == run_id, FINDING_EVENT.c.event == event)
    written = set(connection.execute(query).scalars())
    fresh = events[~events["finding_id"].isin(written)]
    insert_rows(connection, FINDING_EVENT, fresh, run_id=run_id, event=event, happened_at=now())
