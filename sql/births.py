"""Births and the records that they hold: what makes a birth_id stay the same from night to night."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, and_, select

from sql.database import writing
from sql.rows import insert_rows, read_table, update_rows
from sql.staging import ROW_NO, staged
from sql.tables import BIRTH_RECORD, DECISION
from vocabulary.settings import Settings

KEY = ["registry", "record_id"]


def known_births(settings: Settings) -> pd.DataFrame:
    """One row a record that an earlier night has linked: registry, record_id, birth_id; sorted."""
    query = select(BIRTH_RECORD.c.registry, BIRTH_RECORD.c.record_id, BIRTH_RECORD.c.birth_id)
    with writing(settings) as connection:
        known = read_table(connection, query)
    # Sorted here and not by the database: PostgreSQL's collation would order ids otherwise than SQLite does.
    return known.sort_values(KEY, ignore_index=True).astype("string")


def known_decisions(settings: Settings) -> pd.DataFrame:
    """One row a pair that a person decided: registry and record_id of left and right, decision; sorted."""
    columns = [DECISION.c[f"{part}_{side}"] for side in ("left", "right") for part in KEY] + [DECISION.c.decision]
    with writing(settings) as connection:
        known = read_table(connection, select(*columns))
    return known.sort_values(list(known.columns), ignore_index=True).astype("string")


def save_births(settings: Settings, run_id: str, births: pd.DataFrame) -> dict[str, int]:
    """`keep_births` in a transaction of its own."""
    with writing(settings) as connection:
        return keep_births(connection, run_id, births)


def keep_births(connection: Connection, run_id: str, births: pd.DataFrame) -> dict[str, int]:
    """Keep which birth each record belongs to (columns registry, record_id, birth_id). Counts of new and moved records."""
    with staged(connection, BIRTH_RECORD, births[[*KEY, "birth_id"]]) as told:
        same = and_(*(BIRTH_RECORD.c[name] == told.c[name] for name in KEY))
        known = BIRTH_RECORD.c.birth_id.label("known_birth_id")
        query = select(*(told.c[name] for name in (*KEY, "birth_id")), known).outerjoin(BIRTH_RECORD, same)
        news = read_table(connection, query.where(known.is_(None) | (known != told.c.birth_id)).order_by(told.c[ROW_NO]))
    fresh = news["known_birth_id"].isna()
    insert_rows(connection, BIRTH_RECORD, news.loc[fresh, [*KEY, "birth_id"]], first_run_id=run_id)
    update_rows(connection, BIRTH_RECORD, KEY, news.loc[~fresh, [*KEY, "birth_id"]])
    return {"new": int(fresh.sum()), "moved": int((~fresh).sum())}
