"""`python -m sql.move OLD`: the state of an embedded installation into the empty database that HEDUI_DATABASE names (docs/production.md).

Every row of every table, in one transaction: all of it is there afterwards, counted, with the access log verified, or none. The old database stays as it
is. Run it as the owner of the new one, before `hedui secure-database`, while no night runs.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select, text

import sql.portal_tables
import sql.tables  # noqa: F401 - both fill METADATA
from sql.access_chain import verify_log
from sql.database import writing
from sql.metadata import METADATA
from vocabulary.errors import ConfigurationError, Fault, Refusal
from vocabulary.settings import Secret, Settings

BATCH = 5_000
"""Rows at once."""


def move(old: Settings, new: Settings) -> dict[str, int]:
    """Rows by table. Raises ConfigurationError where the new database holds any already, Refusal where the access log is not what was written."""
    with writing(old) as source, writing(new) as target:
        filled = [table.name for table in METADATA.sorted_tables if target.execute(select(func.count()).select_from(table)).scalar_one()]
        if filled:
            raise ConfigurationError([Fault("state.not_empty", name) for name in filled])
        counts = {table.name: copy(source, target, table.name) for table in METADATA.sorted_tables}
        count_on(target)
    verify_log(new)
    return counts


def copy(source: Connection, target: Connection, name: str) -> int:
    """The rows of one table; how many."""
    table, moved = METADATA.tables[name], 0
    rows = source.execute(select(table).execution_options(yield_per=BATCH))
    for part in rows.partitions(BATCH):
        target.execute(insert(table), [{name: in_utc(value) for name, value in row._mapping.items()} for row in part])
        moved += len(part)
    return moved


def in_utc(value: object) -> object:
    """SQLite keeps moments without their zone, which is UTC; PostgreSQL would take them for its server's."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def count_on(target: Connection) -> None:
    """PostgreSQL's counters go on after the numbers that were moved."""
    if target.dialect.name != "postgresql":
        return
    for table in METADATA.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            place = {"table": table.name, "column": column.name}
            if target.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), place).scalar_one():
                newest = target.execute(select(func.max(column))).scalar_one()
                if newest is not None:
                    target.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :newest)"), place | {"newest": newest})


def main() -> None:
    """From the address given to the one of HEDUI_DATABASE; says how many rows of what."""
    try:
        if len(sys.argv) != len(("sql.move", "OLD")):
            raise ConfigurationError(Fault("state.move_from", "sql.move"))
        new = Settings.from_environment()
        counts = move(replace(new, database=Secret(sys.argv[1]), database_role=None), replace(new, database_role=None))
    except Refusal as refusal:
        sys.stderr.write(refusal.text() + "\n")
        sys.exit(refusal.exit_code)
    sys.stdout.write("".join(f"{name}: {count}\n" for name, count in counts.items() if count))


if __name__ == "__main__":
    main()
