"""Rows on their way into the database: looked up by key, however many there are."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from sql.database import writing
from sql.staging import staged
from sql.tables import FINDING
from vocabulary.settings import Settings


def test_sqlite_finds_a_staged_row_by_its_key_and_does_not_read_them_all(settings: Settings) -> None:
    rows = pd.DataFrame({"finding_id": ["f1", "f2"]}, dtype=object)
    with writing(settings) as connection, staged(connection, FINDING, rows) as told:
        if connection.dialect.name != "sqlite":
            return  # ANALYZE and a hash join do the same there
        gone = sa.select(FINDING.c.finding_id).where(~sa.exists().where(told.c.finding_id == FINDING.c.finding_id))
        compiled = gone.compile(connection, compile_kwargs={"literal_binds": True})
        plan = [row[-1] for row in connection.execute(sa.text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert [step for step in plan if "staged" in step and "INDEX" not in step] == []
    assert any("staged" in step for step in plan)
