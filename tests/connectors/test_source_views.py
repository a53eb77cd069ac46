"""The views that administrators adapt: they keep the contract, collapse relationship codes as we do, and offer nothing that is blocked."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql

import sql
from connectors.land import land
from connectors.sources import Database
from tests.connectors.conftest import landed_rows
from vocabulary.block_list import blocked_term
from vocabulary.codes import collapse_relationship
from vocabulary.registries import BUILT_IN, REGISTRIES
from vocabulary.settings import Secret

FOLDER = Path(sql.__file__).parent / "source_views"
FILES = [FOLDER / dialect / f"{name}.sql" for dialect in ("postgresql", "mysql", "mssql", "oracle") for name in BUILT_IN]
WITH_RELATIONSHIP = [path for path in FILES if "relationship_code" in path.read_text(encoding="utf-8")]
CODES = [*map(str, range(10)), *(f"{code:02d}" for code in range(100)), " 22", "31 "]
COLLAPSE = re.compile(r"CASE\n(?: +WHEN substr.*\n)+ +ELSE 'other'\n +END")


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def final_columns(text: str) -> list[str]:
    """The names under which the last SELECT of a view gives its columns."""
    select = re.sub(r"--.*", "", text)[re.sub(r"--.*", "", text).rindex("\nSELECT\n" if "\nSELECT\n" in text else "SELECT\n") :]
    body, depth, items = select.split("SELECT", 1)[1], 0, [""]
    for token in re.findall(r"\(|\)|,|\bFROM\b|[^(),\s]+|\s+", body):
        depth += (token == "(") - (token == ")")
        if token == "FROM" and depth == 0:
            break
        if token == "," and depth == 0:
            items.append("")
        else:
            items[-1] += token
    return [re.split(r"\bAS\b|\.", item)[-1].strip() for item in items]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_view_gives_the_columns_of_its_contract_and_no_other(path):
    text = path.read_text(encoding="utf-8")
    assert f"VIEW {REGISTRIES[path.stem].table} AS" in text
    assert sorted(final_columns(text)) == sorted(REGISTRIES[path.stem].column_names)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_view_reads_nothing_blocked_and_says_in_its_head_what_is_never_to_be_added(path):
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("CREATE")]
    assert "-- never add:" in head
    assert blocked_term(head.split("-- never add:")[1]) is not None
    code = re.sub(r"--.*|'[^']*'", "", text)  # `sibling` is a word of the collapsed code, and no column
    assert [word for word in re.findall(r"\w+", code) if blocked_term(word)] == []


@pytest.mark.parametrize("path", WITH_RELATIONSHIP, ids=name_of)
def test_no_relationship_code_leaves_the_source(path):
    text = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    # Every mention of the code is inside the expression that collapses it.
    assert "relationship_code" not in COLLAPSE.sub("", text)
    assert "relationship" not in text[text.rindex("\nSELECT\n") :]


@pytest.mark.parametrize("path", WITH_RELATIONSHIP, ids=name_of)
@given(code=st.sampled_from(CODES))
def test_the_source_collapses_every_code_as_hedui_does(path, code):
    expression = COLLAPSE.search(path.read_text(encoding="utf-8"))
    assert expression is not None
    bare = re.sub(r"\w+\.relationship_code", "?1", expression[0])
    assert sqlite3.connect(":memory:").execute(f"SELECT {bare}", [code]).fetchone()[0] == collapse_relationship(code)


@pytest.mark.parametrize("code", [*(f"{code}" for code in range(20, 40)), "2", "3"])
def test_a_child_is_a_child_whatever_its_order(code):
    assert collapse_relationship(code) == "child"


SOURCE_TABLES = {
    "hukou": """
        CREATE TABLE resident (registration_id text, household_no text, name text, sex_code text, born_on date, id_number text, certificate_no text,
            guardian_one_name text, guardian_one_id_number text, guardian_one_sex_code text, guardian_two_name text, guardian_two_id_number text,
            guardian_two_sex_code text, address_code text, registered_on date, updated_at timestamp, relationship_code text, cancelled_on date);
        INSERT INTO resident VALUES
            ('h', 'x', '王甲', '1', '1990-01-01', '99A', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '990101001', '1990-01-01', '2026-01-01', '02', NULL),
            ('c1', 'x', '王一', '2', current_date - 40, '99B', 'Z1', '李乙', '99C', '2', NULL, NULL, NULL, '990101001', current_date, '2026-01-01', '32', NULL),
            ('c2', 'x', '王二', '1', current_date - 40, '99D', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '990101001', current_date, '2026-01-01', '42', NULL),
            ('c3', 'x', '王三', '1', current_date - 40, '99E', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '990101001', current_date, '2026-01-01', '21', current_date)
    """,
    "hospital": """
        CREATE TABLE birth_certificate (birth_record_id text, certificate_no text, facility_code text, born_at timestamp, child_name text, child_sex_code text,
            delivery_no text, mother_name text, mother_id_number text, father_name text, father_id_number text, mother_address_code text, died_on date,
            issued_on date, updated_at timestamp, voided_on date);
        INSERT INTO birth_certificate VALUES
            ('b1', 'Z1', 'f', '2026-03-01 10:00', NULL, '1', 'd1', '李', '99', '/', NULL, '990101001001', NULL, '2026-03-03', '2026-03-03', NULL),
            ('b2', 'Z2', 'f', '2026-03-01 10:05', NULL, '2', 'd1', '李', '99', '/', NULL, '990101001001', '2026-03-02', NULL, '2026-03-03', NULL),
            ('b3', 'Z3', 'f', '2026-03-01 11:00', NULL, '2', 'd2', '赵', '99', NULL, NULL, '990101001001', NULL, NULL, '2026-03-03', '2026-03-04')
    """,
    "family_planning": """
        CREATE TABLE person (person_id text, household_no text, name text, sex_code text, id_number text, relationship_code text);
        CREATE TABLE birth_report (report_id text, reporting_unit_code text, child_name text, child_sex_code text, born_on date, mother_name text,
            mother_id_number text, father_name text, address_code text, reported_on date, updated_at timestamp, child_person_id text, withdrawn_on date);
        INSERT INTO person VALUES ('m', 'x', '李乙', '2', '99C', '02'), ('c', 'x', NULL, '1', NULL, '22');
        INSERT INTO birth_report VALUES ('r1', 'u', NULL, '1', '2026-03-01', NULL, NULL, NULL, '990101001001007', '2026-03-04', '2026-03-04', 'c', NULL)
    """,
}
GIVEN = {
    "hukou": {"c1": ("李乙", "王甲", "990101001000"), "c2": (None, None, "990101001000"), "c3": (None, "王甲", "990101001000")},
    "hospital": {"b1": ("2", "1", "alive"), "b2": ("2", "2", "died")},
    "family_planning": {"r1": ("李乙", "99C", "990101001001")},
}
SHOWN = {
    "hukou": ["mother_name", "father_name", "division_code"],
    "hospital": ["plurality", "birth_order", "vital_status"],
    "family_planning": ["mother_name", "mother_id_number", "division_code"],
}


@pytest.mark.parametrize("name", REGISTRIES)
def test_a_view_on_a_real_server_is_landed_by_the_account_that_sees_nothing_else(run, postgres_database, name):
    engine = sa.create_engine(postgres_database, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    account = sa.make_url(postgres_database).username
    view = (FOLDER / "postgresql" / f"{name}.sql").read_text(encoding="utf-8").replace("TO hedui;", f"TO {account};")
    with engine.connect() as connection:
        connection.exec_driver_sql(SOURCE_TABLES[name])
        connection.exec_driver_sql(view)
    registry = REGISTRIES[name]
    land(run, registry, Database(Secret(postgres_database)))
    rows = landed_rows(run, registry).set_index(registry.key)[SHOWN[name]]
    assert {key: tuple(None if cell is None else cell for cell in row) for key, *row in rows.itertuples()} == GIVEN[name]


UNTRIED = {"mssql": "tsql", "oracle": "oracle"}


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name in UNTRIED], ids=name_of)
def test_a_view_for_which_no_server_was_at_hand_is_at_least_sound_in_its_dialect_and_says_so(path):
    text = path.read_text(encoding="utf-8")
    assert "-- untried:" in text
    statements = sqlglot.parse(text.replace("\nGO\n", "\n"), read=UNTRIED[path.parent.name], error_level=sqlglot.ErrorLevel.RAISE)
    assert [type(statement).__name__ for statement in statements if statement and not isinstance(statement, sqlglot.exp.Semicolon)] == [
        "Create",
        "Grant",
    ]


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize(
    ("dialect", "first"),
    [(mssql.dialect(), "SELECT TOP 0 "), (oracle.dialect(), "SELECT "), (mysql.dialect(), "SELECT "), (postgresql.dialect(), "SELECT ")],
)
def test_the_statements_that_read_a_view_can_be_said_in_every_dialect(dialect, first, name):
    registry = BUILT_IN[name]
    asked = sa.select(*map(sa.column, registry.column_names)).select_from(sa.table(registry.table))
    everything = str(asked.compile(dialect=dialect))
    assert " ".join(everything.split()) == f"SELECT {', '.join(registry.column_names)} FROM {registry.table}"
    nothing = str(asked.limit(0).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    assert nothing.startswith(first)
    assert re.search(r"TOP 0|FETCH FIRST 0 ROWS|ROWNUM <= 0|LIMIT 0", nothing)
