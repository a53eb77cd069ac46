"""What a level of a comparison is evidence of: views/level_meaning.sql, without a night's tables."""

from __future__ import annotations

from functools import cache

from sql.snapshots import query


@cache
def level_meanings() -> dict[tuple[str, str], str | None]:
    """(topic, level) -> the kind of difference, as a code of evidence; None for no contradiction."""
    import duckdb

    with duckdb.connect() as connection:
        rows = connection.execute(query("views", "level_meaning")).fetchall()
    return {(topic, level): evidence for topic, level, evidence in rows}
