"""Births and the records that they hold: what makes a birth_id stay the same from night to night."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, bindparam, select, update

from sql.database import writing
from sql.rows import as_rows, insert_rows, read_table
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
    query = select(BIRTH_RECORD.c.registry, BIRTH_RECORD.c.record_id, BIRTH_RECORD.c.birth_id.label("known_birth_id"))
    told = births[[*KEY, "birth_id"]].merge(read_table(connection, query), on=KEY, how="left")
    fresh = told["known_birth_id"].isna()
    moved = told[~fresh & (told["known_birth_id"] != told["birth_id"])]
    insert_rows(connection, BIRTH_RECORD, told.loc[fresh, [*KEY, "birth_id"]], first_run_id=run_id)
    if len(moved):
        here = (BIRTH_RECORD.c.registry == bindparam("in_registry")) & (BIRTH_RECORD.c.record_id == bindparam("of_record"))
        names = {"registry": "in_registry", "record_id": "of_record", "birth_id": "new_birth_id"}
        rows = as_rows(moved[[*KEY, "birth_id"]].rename(columns=names))
        connection.execute(update(BIRTH_RECORD).where(here).values(birth_id=bindparam("new_birth_id")), rows)
    return {"new": int(fresh.sum()), "moved": len(moved)}
