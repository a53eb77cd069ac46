"""DuckDB over the snapshots of one run: the tables of a night, and the views by which the rules speak of births."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from vocabulary.areas import SERVED_COUNTY_SHARE
from vocabulary.contracts import Registry
from vocabulary.dates import lunar_readings
from vocabulary.findings import DueStage
from vocabulary.names import is_unnamed, match_key
from vocabulary.parquet_files import is_encrypted, read_table
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SQL_FOLDER = Path(__file__).parent
SNAPSHOTS = {
    "record": "accepted/record.parquet",
    "note": "accepted/note.parquet",
    "delivery": "accepted/registry.parquet",
    "birth_record": "linked/birth_record.parquet",
    "pair": "linked/pair.parquet",
}
BIRTH_VIEWS = (
    "threshold",
    "served_area",
    "county_delivery",
    "deaths_told",
    "member",
    "pair_either_way",
    "mourned_birth",
    "plausible_day",
    "birth_date",
    "birth",
    "probable_holder",
    "silent_registry",
    "sayable_absence",
)
"""Each rests on those before it; so do those below."""
DIFFERENCE_VIEWS = ("comparable", "contradiction", "level", "level_meaning", "difference")
ASKED_PAIR = "registry VARCHAR, record_id VARCHAR, other_registry VARCHAR, other_record_id VARCHAR, evidence VARCHAR"
RECEIVED = (
    "birth_id VARCHAR, county VARCHAR, task_no VARCHAR, child_name VARCHAR, child_sex VARCHAR, born_on DATE, facility_code VARCHAR, "
    "mother_name VARCHAR, mother_id_mask VARCHAR, residence_code VARCHAR, certificate_no VARCHAR"
)
RETURN_VIEWS = ("returned_birth", "unit_month", "item_month", "open_pair")


@contextmanager
def opened(
    run: Run,
    registries: Mapping[str, Registry] = REGISTRIES,
    told_deaths: Sequence[tuple[str, str]] = (),
    asked_pairs: Sequence[tuple[str, str, str, str, str]] = (),
    received: Sequence[tuple[object, ...]] = (),
) -> Iterator[DuckDBPyConnection]:
    """The night's snapshots as tables of an in-memory DuckDB, with every view. Raises ConfigurationError for a missing stage.

    `told_deaths`: records (registry, record_id) of children of whom a desk said that they died. `asked_pairs`: pairs (two records) on
    which a person is asked whatever the model says, and why, as a code of evidence. `received`: children of other counties' exchange
    files, in the columns of RECEIVED.
    """
    with opened_births(run, registries, told_deaths, received) as connection:
        load_table(connection, "asked_pair", ASKED_PAIR, asked_pairs)
        load_views(connection, ("stated", "contested_name"))
        load_name_forms(connection)
        load_views(connection, DIFFERENCE_VIEWS)
        for name in ("comparable", "contradiction", "level", "contested_name", "name_form"):
            connection.execute(f"DROP TABLE {name}")  # the differences are told; of a province these take gigabytes
        yield connection


@contextmanager
def opened_births(
    run: Run,
    registries: Mapping[str, Registry] = REGISTRIES,
    told_deaths: Sequence[tuple[str, str]] = (),
    received: Sequence[tuple[object, ...]] = (),
) -> Iterator[DuckDBPyConnection]:
    """As `opened`, with the views that speak of births and without those that compare records: enough to count."""
    import duckdb

    run.require("accepted"), run.require("linked")
    with duckdb.connect() as connection:
        # Rows come in the order that a query asks for, never by the thread that was first.
        connection.execute("SET preserve_insertion_order = true")
        for name, path in SNAPSHOTS.items():
            load_snapshot(connection, name, run.folder / path)
        know_parts(connection)
        load_parameters(connection, run, registries)
        load_table(connection, "told_death", "registry VARCHAR, record_id VARCHAR", told_deaths)
        load_received(connection, received)
        load_lunar_readings(connection)
        load_views(connection, BIRTH_VIEWS)
        load_views(connection, ("received_child",))
        yield connection


def load_received(connection: DuckDBPyConnection, received: Sequence[tuple[object, ...]]) -> None:
    """Children of other counties' exchange files, and the own records beside them; of one that died, these records are told dead too."""
    load_table(connection, "received", RECEIVED, received)
    load_views(connection, ("received_match",))
    connection.execute(query("views", "told_death_of_received"))


def load_snapshot(connection: DuckDBPyConnection, name: str, path: Path) -> None:
    """A snapshot as a table; an encrypted one by way of Arrow, since DuckDB knows nothing of wrapped keys."""
    if is_encrypted(path):
        connection.from_arrow(read_table(path)).create(name)
    else:
        connection.read_parquet(str(path)).create(name)


def know_parts(connection: DuckDBPyConnection) -> None:
    """Nights that were accepted before registries could come in parts do not say whose part a delivery is: they came whole."""
    for name in ("county", "prefix"):
        connection.execute(f"ALTER TABLE delivery ADD COLUMN IF NOT EXISTS {name} VARCHAR DEFAULT ''")
        connection.execute(f"UPDATE delivery SET {name} = '' WHERE {name} IS NULL")


def load_parameters(connection: DuckDBPyConnection, run: Run, registries: Mapping[str, Registry]) -> None:
    """What a rule may ask besides the snapshots: the night's day, the registries' roles, the area, the due stages."""
    roles = [
        (contract.name, contract.role.value, contract.absence, "vital_status" in contract.column_names) for contract in registries.values()
    ]
    load_table(connection, "registry_role", "registry VARCHAR, role VARCHAR, absence VARCHAR, tells_deaths BOOLEAN", roles)
    night = (run.as_of, secrets.token_hex(16), SERVED_COUNTY_SHARE)
    load_table(connection, "night", "as_of DATE, salt VARCHAR, served_county_share DOUBLE", [night])
    load_table(connection, "given_area", "prefix VARCHAR", [(prefix,) for prefix in run.area])
    load_table(connection, "due_stage", "stage INTEGER", [(int(stage),) for stage in DueStage])


def load_table(connection: DuckDBPyConnection, name: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    """A small table from rows."""
    connection.execute(f"CREATE TABLE {name} ({columns})")
    if rows:
        places = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {name} VALUES ({places})", rows)


def load_lunar_readings(connection: DuckDBPyConnection) -> None:
    """One row a birth date and a day that it would be if its year, month and day were lunar ones."""
    written = [
        day for (day,) in connection.execute("SELECT DISTINCT born_on FROM record WHERE born_on IS NOT NULL ORDER BY ALL").fetchall()
    ]
    told = [(day, reading) for day in written for reading in lunar_readings(day)]
    rows = pd.DataFrame(told, columns=["written_on", "read_on"]).astype("string")
    connection.register("lunar_reading_rows", rows)
    connection.execute(
        "CREATE TABLE lunar_reading AS SELECT written_on::DATE AS written_on, read_on::DATE AS read_on FROM lunar_reading_rows"
    )
    connection.unregister("lunar_reading_rows")


def load_views(connection: DuckDBPyConnection, names: tuple[str, ...]) -> None:
    """Work out views once each, in this order: ten rules ask for the same births."""
    for name in names:
        connection.execute(f"CREATE TABLE {name} AS {query('views', name)}")


def forget(connection: DuckDBPyConnection, but: Sequence[str]) -> None:
    """Drop every table but these: a province's records need not stay in memory beside what was counted of them."""
    for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
        if name not in but:
            connection.execute(f'DROP TABLE "{name}"')


def load_name_forms(connection: DuckDBPyConnection) -> None:
    """One row a contested name: its form for comparing, none where it is a newborn's placeholder."""
    names = [name for (name,) in connection.execute("FROM contested_name ORDER BY ALL").fetchall()]
    forms = pd.DataFrame({"name": names, "match_key": [None if is_unnamed(name) else match_key(name) for name in names]})
    connection.register("name_form_rows", forms.astype("string"))
    connection.execute("CREATE TABLE name_form AS SELECT name::VARCHAR AS name, match_key::VARCHAR AS match_key FROM name_form_rows")
    connection.unregister("name_form_rows")


def withheld_findings(connection: DuckDBPyConnection, open_findings: pd.DataFrame) -> frozenset[str]:
    """Ids of open findings (as `state.open_findings` gives them) that this night cannot judge."""
    connection.register("open_finding_rows", open_findings)
    connection.execute("DROP TABLE IF EXISTS open_finding")
    cast = ", ".join(f"{name}::VARCHAR AS {name}" for name in open_findings.columns)
    connection.execute(f"CREATE TABLE open_finding AS SELECT {cast} FROM open_finding_rows")
    connection.unregister("open_finding_rows")
    return frozenset(row[0] for row in connection.execute(query("views", "withheld_finding")).fetchall())


def ask(connection: DuckDBPyConnection, asked: Mapping[str, object]) -> None:
    """Say which finding the explanations are about: the one-row table `asked`, a text column a field."""
    columns = ", ".join(f"${name}::VARCHAR AS {name}" for name in asked)
    connection.execute(f"CREATE OR REPLACE TABLE asked AS SELECT {columns}", dict(asked))


def answers(connection: DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    """The rows of `sql/explanations/<name>.sql` for what was asked, each with its column names."""
    found = connection.execute(query("explanations", name))
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


@cache
def query(folder: str, name: str) -> str:
    """The text of a query: `sql/<folder>/<name>.sql`."""
    return (SQL_FOLDER / folder / f"{name}.sql").read_text(encoding="utf-8")
