"""Roles on a real server: each may do what the table of rights says and nothing else, and sees the rows of its area and no others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from sql import state
from sql.acting import acting_as
from sql.database import engine_of, writing
from sql.nights import open_night
from sql.roles import grants, group_of, table_of_rights, views
from sql.secure import secure
from sql.tables import METADATA
from tests.postgres import empty_database
from vocabulary.errors import ConfigurationError
from vocabulary.settings import Secret, Settings

HERE, THERE = "990101", "990102"
DESK = f"registration_desk-{HERE}001"
PERSONS = ("birth_record", "finding", "finding_event", "task", "outcome")
"""Tables with a row of each county, all of which the portal may read."""


@pytest.fixture(scope="module")
def owner(postgres_folder: sa.URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The owner of a secured database, in which two counties have had a night each, under the roles of its stages."""
    with empty_database(postgres_folder) as url:
        told = Settings(tmp_path_factory.mktemp("roles"), Secret(url), {})
        assert secure(told) is not None
        for county in (HERE, THERE):
            one_night(replace(told, area=(county,), database_role="stages"), county)
        yield told


def one_night(settings: Settings, county: str) -> None:
    numbers = range(6)
    found = pd.DataFrame({"finding_id": [f"f{county}-{number}" for number in numbers], "kind": "not_registered", "registry": "hospital"})
    found = found.assign(birth_id=[f"b{county}-{number}" for number in numbers], division_code=f"{county}001001")
    births = found[["registry", "birth_id"]].assign(record_id=[f"H{county}-{number}" for number in numbers])
    run_id = open_night(settings, date(2026, 10, 31))
    with acting_as("find"):
        assert state.save_found(settings, run_id, births, found, ())["opened"] == len(numbers)
    with acting_as("publish"):
        tasks = state.issue_tasks(settings, found[["finding_id"]].assign(desk=f"registration_desk-{county}001"))
    answer = {"task_no": tasks["task_no"].iloc[0], "code": "B1", "answered_on": date(2026, 11, 1), "file_sha256": "0" * 64}
    with acting_as("outcomes"), state.answering(settings) as ledger:
        ledger.keep([answer])


@contextmanager
def session(owner: Settings, role: str, areas: str | None = None, desk: str | None = None) -> Iterator[sa.Connection]:
    """A connection under a role, whose areas and desk are set as a careless or hostile client might."""
    with engine_of(owner).connect() as connection:
        connection.execute(sa.text(f"SET ROLE hedui_{role}"))
        if areas is not None:
            connection.execute(sa.text("SELECT set_config('hedui.areas', :areas, false)"), {"areas": areas})
        if desk is not None:
            connection.execute(sa.text("SELECT set_config('hedui.desk', :desk, false)"), {"desk": desk})
        yield connection


def is_permitted(connection: sa.Connection, statement: str) -> bool:
    """Whether rights allow a statement; that it then breaks a constraint is another matter."""
    savepoint = connection.begin_nested()
    try:
        connection.execute(sa.text(statement))
    except DBAPIError as error:
        return getattr(error.orig, "sqlstate", None) != "42501" or "row-level security" in str(error.orig)
    else:
        return True
    finally:
        savepoint.rollback()


def tried() -> Iterator[tuple[str, str, str]]:
    """(table, right, statement) of everything that could be done to a table."""
    for table in METADATA.sorted_tables:
        yield table.name, "SELECT *", f"SELECT * FROM {table.name} LIMIT 0"
        yield table.name, "INSERT", f"INSERT INTO {table.name} DEFAULT VALUES"
        yield table.name, "DELETE", f"DELETE FROM {table.name} WHERE false"
        yield table.name, "TRUNCATE", f"TRUNCATE {table.name} CASCADE"
        yield from (
            (table.name, f"UPDATE ({name})", f"UPDATE {table.name} SET {name} = NULL WHERE false")
            for name in [column.name for column in table.columns]
        )
    for view in views():
        yield view, "SELECT *", f"SELECT * FROM {view} LIMIT 0"
    yield "export_night", "DELETE", "DELETE FROM export_night WHERE false"


def is_granted(role: str, table: str, right: str) -> bool:
    rights = grants()[role].get(table, [])
    verb, _, column = right.partition(" (")
    named = {name.strip() for told in rights if told.startswith(f"{verb} (") for name in told.partition("(")[2].rstrip(")").split(",")}
    return verb.removesuffix(" *") in rights or column.rstrip(")") in named


@pytest.mark.parametrize("role", grants())
def test_a_role_may_do_what_the_table_of_rights_says_and_nothing_else(owner: Settings, role: str) -> None:
    with session(owner, role, HERE) as connection:
        wrong = [
            (table, right) for table, right, statement in tried() if is_permitted(connection, statement) != is_granted(role, table, right)
        ]
    assert wrong == []


def test_nobody_but_the_owner_may_change_or_remove_history() -> None:
    histories = {"finding_event", "outcome", "access_log", "purge_receipt", "former_desk", "return_answer"} & set(METADATA.tables)
    rights = {(role, table): set(grants()[role].get(table, [])) for role in grants() for table in histories}
    assert {key: told for key, told in rights.items() if any(right.startswith(("UPDATE", "DELETE")) for right in told)} == {}


def test_every_table_and_role_that_the_rights_name_exists_and_no_role_may_log_in(owner: Settings) -> None:
    named = {table for told in grants().values() for table in told} | set().union(*table_of_rights()["rows"].values())
    assert named - set(METADATA.tables) - set(views()) == set()
    with engine_of(owner).connect() as connection:
        query = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'hedui\\_%' AND (rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole)"
        loose = set(connection.execute(sa.text(query)).scalars())
    assert loose & {f"hedui_{role}" for role in grants()} == set()


@pytest.mark.parametrize("table", PERSONS)
def test_pages_of_one_desk_show_nothing_of_another_nor_of_one_outside_their_area(owner: Settings, table: str) -> None:
    with engine_of(owner).connect() as connection:
        everything = connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
    counted = {}
    for areas, desk in (
        (HERE, DESK),
        ("9901", DESK),
        (f"{HERE},{THERE}", DESK),
        (THERE, DESK),
        (HERE, f"{DESK}0"),
        (HERE, None),
        (HERE, ""),
    ):
        with session(owner, "portal", areas, desk) as connection:
            counted[areas, desk] = connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
    seen = {(HERE, DESK), ("9901", DESK), (f"{HERE},{THERE}", DESK)}
    assert counted == {key: everything // 2 if key in seen else 0 for key in counted}
    assert everything > 0


@pytest.mark.parametrize("areas", [None, "", ",", "%", "9", "990101'", " ,", "{}"])
@pytest.mark.parametrize("role", [role for role in grants() if group_of(role)])
def test_without_an_area_that_is_one_nobody_sees_a_row(owner: Settings, role: str, areas: str | None) -> None:
    readable = [table for table in PERSONS if "SELECT" in grants()[role].get(table, [])]
    with session(owner, role, areas, DESK) as connection:
        counted = [connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() for table in readable]
    assert counted == [0] * len(readable)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM finding WHERE finding_id = 'f990102-0'",
        "SELECT * FROM task WHERE finding_id = 'f990102-0'",
        "SELECT * FROM birth_record WHERE record_id = 'H990102-0'",
        "SELECT * FROM task LEFT JOIN finding USING (finding_id) WHERE desk LIKE '%990102%'",
        "SELECT * FROM birth_record LEFT JOIN finding USING (birth_id) WHERE birth_record.birth_id LIKE 'b990102%'",
        "SELECT * FROM finding_event JOIN run USING (run_id) WHERE run.area = '990102'",
        "SELECT * FROM outcome JOIN task USING (task_no) JOIN finding USING (finding_id) WHERE finding.division_code LIKE '990102%'",
    ],
)
def test_neither_a_guessed_id_nor_a_join_reaches_over_the_border(owner: Settings, query: str) -> None:
    with session(owner, "portal", HERE, DESK) as connection:
        assert connection.execute(sa.text(query)).all() == []
        assert connection.execute(sa.text(query.replace(THERE, HERE))).all() != []


def test_a_function_that_reads_along_is_shown_no_hidden_row(owner: Settings) -> None:
    leak = "CREATE FUNCTION pg_temp.seen(t text) RETURNS boolean LANGUAGE plpgsql COST 0.001 AS $$ BEGIN RAISE WARNING '%', t; RETURN true; END $$"
    notices: list[str] = []
    with session(owner, "portal", HERE, DESK) as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.add_notice_handler(lambda told: notices.append(str(told.message_primary)))
        connection.execute(sa.text(leak))
        connection.execute(sa.text("SELECT count(*) FROM finding WHERE pg_temp.seen(finding_id)"))
    assert notices
    assert [told for told in notices if THERE in told] == []


def test_a_night_of_one_area_leaves_the_other_areas_findings_alone(owner: Settings) -> None:
    settings = replace(owner, area=(HERE,), database_role="stages")
    run_id = open_night(settings, date(2026, 11, 2))
    with acting_as("find"):
        counts = state.save_found(
            settings, run_id, pd.DataFrame(columns=["registry", "record_id", "birth_id"]), pd.DataFrame(columns=["finding_id"]), ()
        )
    assert counts["closed"] == 6
    assert state.open_findings(owner)["finding_id"].str.contains(THERE).all()
    assert len(state.open_findings(owner)) == 6


def test_a_row_of_another_areas_night_cannot_be_written(owner: Settings) -> None:
    with engine_of(owner).connect() as connection:
        foreign = connection.execute(sa.text("SELECT run_id FROM run WHERE area = :area"), {"area": THERE}).scalar_one()
    settings = replace(owner, area=(HERE,), database_role="find")
    with pytest.raises(ConfigurationError, match=r"state\.not_permitted"):
        state.save_findings(settings, foreign, pd.DataFrame({"finding_id": ["f-new"], "kind": "conflict"}))


def test_exports_are_counts_and_small_ones_are_not_told(owner: Settings) -> None:
    with session(owner, "export", THERE) as connection:
        told = connection.execute(
            sa.text("SELECT county_code, kind, status, finding_count FROM export_finding_count ORDER BY status")
        ).all()
        nights = connection.execute(sa.text("SELECT count(*) FROM export_night")).scalar_one()
    assert [tuple(row) for row in told] == [(THERE, "not_registered", "answered", None), (THERE, "not_registered", "issued", 5)]
    assert nights == 1
    with session(owner, "export") as connection:
        assert connection.execute(sa.text("SELECT * FROM export_finding_count")).all() == []


def test_securing_twice_gives_the_same_rights(owner: Settings) -> None:
    query = sa.text(
        "SELECT relname, relacl::text, relrowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    policies = sa.text("SELECT tablename, policyname, roles::text, qual FROM pg_policies ORDER BY 1, 2")
    seen = []
    for _ in range(2):
        secure(owner)
        with engine_of(owner).connect() as connection:
            seen.append((connection.execute(query).all(), connection.execute(policies).all()))
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("role", "area", "code"),
    [("clerk", (HERE,), "role.unknown"), ("stages", (HERE,), "role.unknown"), ("find", (), "role.without_area")],
)
def test_a_role_that_cannot_be_is_refused_in_words(owner: Settings, role: str, area: tuple[str, ...], code: str) -> None:
    with pytest.raises(ConfigurationError, match=code):
        state.known_births(replace(owner, area=area, database_role=role))


def test_a_login_that_was_granted_nothing_is_refused_in_words(owner: Settings) -> None:
    url = sa.make_url(owner.database.reveal())
    with engine_of(owner).begin() as connection:
        connection.execute(sa.text("DROP ROLE IF EXISTS stranger"))
        connection.execute(sa.text("CREATE ROLE stranger LOGIN PASSWORD 'stranger'"))
    stranger = Secret(url.set(username="stranger", password="stranger").render_as_string(hide_password=False))
    with pytest.raises(ConfigurationError, match=r"role\.not_granted"):
        state.known_births(replace(owner, area=(HERE,), database=stranger, database_role="accept"))
    with pytest.raises(ConfigurationError, match=r"role\.may_not_be_made"):
        secure(replace(owner, database=stranger))


def test_a_role_waits_for_the_owner_where_the_schema_is_old(postgres_url: str, tmp_path: Path) -> None:
    told = Settings(tmp_path, Secret(postgres_url), {}, area=(HERE,))
    secure(told)
    with engine_of(told).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0002'"))
    with pytest.raises(ConfigurationError, match=r"state\.older_schema"), writing(replace(told, database_role="find")):
        pass


def test_sqlite_has_no_roles(tmp_path: Path) -> None:
    told = Settings(tmp_path, Secret(f"sqlite:///{tmp_path / 'state.db'}"), {}, area=(HERE,))
    assert secure(told) is None
    with pytest.raises(ConfigurationError, match=r"role\.needs_postgresql"):
        state.known_births(replace(told, database_role="accept"))
