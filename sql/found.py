"""What the findings stage leaves in the state: births and findings, in one transaction."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
from sqlalchemy import Connection, func, select

from sql.births import keep_births
from sql.database import one_at_a_time, writing
from sql.life import CLOSED, OPENED, REOPENED, Follow, keep_findings
from sql.tables import BIRTH_RECORD, FINDING_EVENT
from vocabulary.settings import Settings


def save_found(
    settings: Settings,
    run_id: str,
    births: pd.DataFrame,
    findings: pd.DataFrame,
    withheld: Collection[str],
    follow: Follow | None = None,
) -> dict[str, int]:
    """Keep a night's births and findings, both or neither; counts of findings opened, reopened, closed and of records.

    `follow`: a division's code -> the code that the place has tonight.
    """
    with writing(settings) as connection:
        one_at_a_time(connection)
        moved = keep_births(connection, run_id, births)["moved"]
        keep_findings(connection, run_id, findings, withheld, follow)
        return {**steps_of(connection, run_id), "records_new": first_seen(connection, run_id), "records_moved": moved}


def steps_of(connection: Connection, run_id: str) -> dict[str, int]:
    """Findings that a night opened, reopened and closed: as its history says, which is the same whether it was kept at once or by a second try."""
    query = select(FINDING_EVENT.c.event, func.count()).where(FINDING_EVENT.c.run_id == run_id).group_by(FINDING_EVENT.c.event)
    counted = {str(event): int(count) for event, count in connection.execute(query)}
    return {event: counted.get(event, 0) for event in (OPENED, REOPENED, CLOSED)}


def first_seen(connection: Connection, run_id: str) -> int:
    """Records that no night before this one has linked."""
    query = select(func.count()).select_from(BIRTH_RECORD).where(BIRTH_RECORD.c.first_run_id == run_id)
    return int(connection.execute(query).scalar_one())
