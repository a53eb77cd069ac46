"""Which exchange files of other counties were taken. The children in them lie in private files, never in the state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd
from sqlalchemy import insert, select

from sql.access import trace
from sql.database import one_at_a_time, writing
from sql.rows import now, read_table
from sql.tables import EXCHANGE_FILE
from vocabulary.access import Look
from vocabulary.settings import Settings


def exchange_files(settings: Settings) -> pd.DataFrame:
    """One row a file that was taken, oldest first: sha256, county that sent it, as_of, taken, returned, received_at."""
    with writing(settings) as connection:
        told = read_table(connection, select(EXCHANGE_FILE))
    return told.sort_values(["as_of", "received_at", "sha256"], ignore_index=True)


def keep_exchange_file(settings: Settings, file: tuple[str, str, date], taken: int, returned: int, looks: Iterable[Look]) -> bool:
    """Write down that a file (sha256, county, as_of) was taken, with its looks; False where it had been before."""
    sha256, county, as_of = file
    with writing(settings) as connection:
        one_at_a_time(connection)
        if connection.execute(select(EXCHANGE_FILE.c.sha256).where(EXCHANGE_FILE.c.sha256 == sha256)).first():
            return False
        row = {"sha256": sha256, "county": county, "as_of": as_of, "taken": taken, "returned": returned, "received_at": now()}
        connection.execute(insert(EXCHANGE_FILE).values(row))
        trace(connection, looks)
        return True
