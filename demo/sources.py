"""Three real databases, as three offices would have them: SQLite files whose tables keep the contracts to the letter."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pandas as pd
import sqlalchemy as sa

from vocabulary.contracts import ColumnKind, Registry
from vocabulary.runs import PRIVATE_FILE

TYPES: dict[ColumnKind, type[Any]] = {
    ColumnKind.TEXT: sa.Text,
    ColumnKind.CODE: sa.Text,
    ColumnKind.DAY: sa.Date,
    ColumnKind.MOMENT: sa.DateTime,
    ColumnKind.WHOLE: sa.Integer,
}


def table_of(contract: Registry, metadata: sa.MetaData) -> sa.Table:
    """The contract as a table: its columns in its order, its key, and NOT NULL wherever nothing may be missing."""
    columns = (
        sa.Column(column.name, TYPES[column.kind](), primary_key=column.name == contract.key, nullable=column.missing_ok)
        for column in contract.columns
    )
    return sa.Table(contract.table, metadata, *columns)


def contract_rows(records: pd.DataFrame, contract: Registry) -> pd.DataFrame:
    """The contract's columns and nothing else, with None for what is missing and dates and times."""
    chosen = records.rename(columns={"record_id": contract.key})[list(contract.column_names)].astype(object)
    for column in contract.columns:
        if column.kind is ColumnKind.DAY:
            chosen[column.name] = pd.Series(records[column.name].dt.date, index=chosen.index, dtype=object)
    return chosen.where(chosen.notna(), None)


def write_source(rows: pd.DataFrame, contract: Registry, path: Path) -> str:
    """A new database with the registry's table; gives its SQLAlchemy URL."""
    path.unlink(missing_ok=True)
    url = f"sqlite:///{path}"
    engine = sa.create_engine(url)
    metadata = sa.MetaData()
    table = table_of(contract, metadata)
    try:
        with engine.begin() as connection:
            metadata.create_all(connection)
            connection.execute(table.insert(), cast(list[dict[str, Any]], rows.to_dict("records")))
    finally:
        engine.dispose()
    path.chmod(PRIVATE_FILE)
    return url
