"""`hedui doctor`: a sound installation has nothing to do; whatever is broken is named, with what to do. Each thing is really broken here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from hedui import doctor
from hedui.checks import home, machine, scheduler, sources, state
from hedui.checks.answer import Answer, State, tried
from hedui.embedded import airflow_defaults
from sql.database import writing
from tests.postgres import postgres_folder, postgres_url
from vocabulary.errors import wordings
from vocabulary.registries import REGISTRIES
from vocabulary.runs import private_folder
from vocabulary.settings import Secret, Settings

__all__ = ["postgres_folder", "postgres_url"]
HUKOU = REGISTRIES["hukou"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A private home with a state, and a hukou registry beside it."""
    private_folder(tmp_path / "home")
    made = Settings(
        tmp_path / "home", Secret(f"sqlite:///{tmp_path / 'home' / 'hedui.db'}"), {"hukou": Secret(register(tmp_path, HUKOU.column_names))}
    )
    with writing(made):
        pass
    return made


def register(folder: Path, columns: tuple[str, ...]) -> str:
    """The URL of a registry whose view has these columns."""
    (folder / "hukou.db").unlink(missing_ok=True)
    engine = sa.create_engine(f"sqlite:///{folder / 'hukou.db'}")
    sa.Table(HUKOU.table, sa.MetaData(), *(sa.Column(name, sa.Text) for name in columns)).create(engine)
    engine.dispose()
    return f"sqlite:///{folder / 'hukou.db'}"


def codes(look: Callable[[], Iterator[Answer]]) -> set[str]:
    """The faults of what is to be done."""
    return {answer.fault.code for answer in tried("here", look) if answer.state is State.TO_DO and answer.fault}


def states(look: Callable[[], Iterator[Answer]]) -> set[State]:
    return {answer.state for answer in tried("here", look)}


@pytest.mark.parametrize("look", [home.writable, home.disk, home.clock, home.portal_secret, state.database, sources.any_source])
def test_a_sound_installation_has_nothing_to_do(settings, look):
    assert states(lambda: look(settings)) == {State.OK}


@pytest.mark.parametrize("look", [machine.python, machine.libraries, machine.time_zone, machine.umask])
def test_a_sound_machine_has_nothing_to_do(look):
    assert states(look) == {State.OK}


def test_a_library_that_is_missing_or_another_is_named(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("sqlalchemy==0.0.1\nno-such-library==1.0\nno-such-either==2.0 ; python_full_version < '3.0'\n")
    told = {answer.fault.code: answer.fault.facts["names"] for answer in machine.libraries(lock)}
    assert set(told) == {"doctor.library_missing", "doctor.library_version"}
    assert told["doctor.library_missing"] == "no-such-library"
    assert told["doctor.library_version"].startswith("sqlalchemy ")


def test_without_a_lock_versions_cannot_be_told(tmp_path):
    assert states(lambda: machine.libraries(tmp_path / "requirements.lock")) == {State.UNKNOWN}


def test_an_interpreter_that_is_not_tried_is_named(monkeypatch):
    monkeypatch.setattr(machine, "PYTHONS", ((3, 99), (4, 0)))
    assert codes(machine.python) == {"doctor.python"}


def test_a_machine_without_chinese_fonts_is_told(tmp_path, monkeypatch):
    (tmp_path / "fonts.conf").write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    assert codes(machine.fonts) == {"doctor.no_fonts"}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert states(machine.fonts) == {State.UNKNOWN}


def test_a_pango_that_cannot_be_loaded_is_told(tmp_path, monkeypatch):
    for name in ("libpango-1.0.so.0", "libpango-1.0.so", "libpango-1.0-0"):
        (tmp_path / name).write_bytes(b"")
    assert states(machine.pango) == {State.OK}
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    assert codes(machine.pango) == {"doctor.no_pango"}


def test_an_old_java_is_told_and_none_is_no_fault(tmp_path, monkeypatch):
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    java.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert codes(machine.java) == {"doctor.old_java"}
    java.unlink()
    assert states(machine.java) == {State.UNKNOWN}


def test_a_mask_that_lets_others_write_is_told():
    mask = os.umask(0o002)
    try:
        assert codes(machine.umask) == {"doctor.umask"}
    finally:
        os.umask(mask)
    assert os.umask(mask) == mask


def in_a_process(code: str, **environment: str) -> str:
    told = subprocess.run([sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, check=True)
    return told.stdout.strip()


def test_an_encoding_that_is_not_utf_8_is_told():
    code = "from hedui.checks import machine; print([answer.fault.code for answer in machine.encoding()])"
    assert in_a_process(code, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0") == "['doctor.encoding']"


def test_missing_time_zone_data_is_told(tmp_path):
    (tmp_path / "tzdata").mkdir()
    (tmp_path / "tzdata" / "__init__.py").write_text("")
    code = "from hedui.checks import machine; print([answer.fault.code for answer in machine.time_zone()])"
    assert in_a_process(code, PYTHONTZPATH=str(tmp_path), PYTHONPATH=str(tmp_path)) == "['doctor.time_zone']"


def test_a_home_that_cannot_be_written_is_told(settings, tmp_path):
    (tmp_path / "file").write_text("")
    assert codes(lambda: home.writable(replace(settings, home=tmp_path / "file" / "home"))) == {"doctor.home_unusable"}


def test_a_home_that_is_not_there_yet_is_no_fault_and_is_not_made(settings, tmp_path):
    absent = replace(settings, home=tmp_path / "later", database=Secret(f"sqlite:///{tmp_path / 'later' / 'hedui.db'}"))
    assert states(lambda: home.writable(absent)) == {State.OK}
    assert states(lambda: state.database(absent)) == {State.UNKNOWN}
    assert not (tmp_path / "later").exists()


def test_a_home_that_others_may_enter_is_told(settings):
    settings.home.chmod(0o750)
    assert codes(lambda: home.writable(settings)) == {"doctor.home_open"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
def test_somebody_elses_home_is_told(settings):
    os.chown(settings.home, 65534, -1)
    assert codes(lambda: home.writable(settings)) == {"doctor.home_owner"}


def night_of(settings: Settings, size: int = 10) -> Path:
    folder = settings.home / "runs" / "2026-10-31-001"
    folder.mkdir(parents=True)
    with open(folder / "part.parquet", "wb") as file:
        file.truncate(size)  # a file of holes: as large as it says, and nothing of it on the disk
    return folder / "part.parquet"


def test_a_disk_without_room_for_two_weeks_is_told(settings):
    night_of(settings, 1 << 43)
    assert codes(lambda: home.disk(settings)) == {"doctor.disk"}


def test_a_file_of_the_future_is_told(settings):
    written = night_of(settings)
    assert states(lambda: home.clock(settings)) == {State.OK}
    os.utime(written, (time.time() + 7200, time.time() + 7200))
    assert codes(lambda: home.clock(settings)) == {"doctor.clock_files"}


def test_a_snapshot_key_that_is_none_missing_or_another_is_told(settings, monkeypatch):
    import base64

    from vocabulary.parquet_files import hold_to_key

    keys = [base64.b64encode(bytes([letter]) * 32).decode() for letter in b"ab"]
    assert states(lambda: home.key(settings)) == {State.UNKNOWN}
    monkeypatch.setenv("HEDUI_SNAPSHOT_KEY", "short")
    assert codes(lambda: home.key(settings)) == {"snapshot.key_form"}
    monkeypatch.setenv("HEDUI_SNAPSHOT_KEY", keys[0])
    hold_to_key(private_folder(settings.home / "runs"))
    assert states(lambda: home.key(settings)) == {State.OK}
    monkeypatch.setenv("HEDUI_SNAPSHOT_KEY", keys[1])
    assert codes(lambda: home.key(settings)) == {"snapshot.key_wrong"}
    monkeypatch.delenv("HEDUI_SNAPSHOT_KEY")
    assert codes(lambda: home.key(settings)) == {"snapshot.key_missing"}


def test_a_portal_secret_that_others_may_read_or_that_is_short_is_told(settings):
    from portal.settings import kept_secret

    kept_secret(settings.home)
    path = settings.home / "portal.secret"
    assert states(lambda: home.portal_secret(settings)) == {State.OK}
    path.chmod(0o644)
    assert codes(lambda: home.portal_secret(settings)) == {"doctor.secret_open"}
    path.chmod(0o600)
    path.write_text("short")
    assert codes(lambda: home.portal_secret(settings)) == {"portal.secret_short"}


def stands_at(settings: Settings, revision: str) -> None:
    engine = sa.create_engine(settings.database.reveal())
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


@pytest.mark.parametrize(("revision", "code"), [("0001", "doctor.state_behind"), ("9999", "state.newer_schema")])
def test_a_state_of_another_revision_is_told_and_not_migrated(settings, revision, code):
    stands_at(settings, revision)
    assert codes(lambda: state.database(settings)) == {code}
    assert codes(lambda: state.database(settings)) == {code}


def test_a_state_that_is_no_database_is_told(settings):
    (settings.home / "hedui.db").write_bytes(b"no database" * 1000)
    assert codes(lambda: state.database(settings)) == {"state.damaged"}


def test_a_state_that_does_not_answer_is_told_without_its_password(settings):
    gone = replace(settings, database=Secret("postgresql://hedui:right99@127.0.0.1:1/hedui"))
    answers = tried("state", lambda: state.database(gone))
    assert [answer.fault.code for answer in answers] == ["state.unreachable"]
    assert "right99" not in json.dumps([doctor.as_record(answer) for answer in answers])


def test_a_superuser_is_told_and_a_login_of_its_own_is_not(settings, postgres_url):
    owner = replace(settings, database=Secret(postgres_url))
    assert states(lambda: state.database(owner)) >= {State.UNKNOWN}
    with writing(owner):
        pass
    assert codes(lambda: state.database(owner)) == {"doctor.superuser"}
    name = f"plain_{os.getpid()}"
    engine = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP ROLE IF EXISTS {name}"))
        connection.execute(sa.text(f"CREATE ROLE {name} LOGIN PASSWORD 'right99'"))
        connection.execute(sa.text(f"GRANT SELECT ON alembic_version TO {name}"))
    plain = sa.make_url(postgres_url).set(username=name, password="right99").render_as_string(hide_password=False)
    assert codes(lambda: state.database(replace(owner, database=Secret(plain)))) == set()
    stages = replace(owner, database=Secret(plain), database_role="stages", area=("990101",))
    assert codes(lambda: state.database(stages)) == {"role.not_granted"}


@pytest.mark.parametrize(("seconds", "expected"), [(-3600.0, State.TO_DO), (0.4, State.OK), (31.0, State.TO_DO)])
def test_a_clock_that_differs_from_the_servers_is_told(seconds, expected):
    assert state.clock(seconds).state is expected


def test_a_sound_view_is_read_by_its_columns_only(settings):
    sent: list[str] = []

    def note(*told: object) -> None:
        sent.append(str(told[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert states(lambda: sources.source(settings, "hukou")) == {State.OK}
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert all("LIMIT" in text for text in sent if f"FROM {HUKOU.table}" in text)


def test_a_view_without_a_column_or_with_a_blocked_one_is_told(settings, tmp_path):
    register(tmp_path, (*HUKOU.column_names[:-1], "parity"))
    assert codes(lambda: sources.source(settings, "hukou")) == {"source.missing_column", "doctor.blocked_offered"}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("sqlite:////nowhere/hukou.db", "source.missing_file"),
        ("postgresql+psycopg://hedui:right99@127.0.0.1:1/registry", "source.unreachable"),
        ("nosuch://host/registry", "source.unsupported"),
        ("file:///nowhere/deliveries", "source.missing_folder"),
    ],
)
def test_a_registry_that_cannot_be_reached_is_told(settings, source, code):
    broken = replace(settings, sources={"hukou": Secret(source)})
    assert codes(lambda: sources.source(broken, "hukou")) == {code}


def test_an_empty_drop_folder_is_told(settings, tmp_path):
    (tmp_path / "drop").mkdir()
    assert codes(lambda: sources.source(replace(settings, sources={"hukou": Secret((tmp_path / "drop").as_uri())}), "hukou")) == {
        "delivery.not_found"
    }


def test_no_registry_at_all_is_told_and_one_that_is_not_set_is_none(settings):
    bare = replace(settings, sources={})
    assert codes(lambda: sources.any_source(bare)) == {"settings.source_missing"}
    assert states(lambda: sources.source(bare, "hospital")) == {State.UNKNOWN}


SOUND = {
    "dags": ["monthly", "nightly"],
    "broken": [],
    "backend": scheduler.BACKEND,
    "pools": ["registry_pull"],
    "wanted": ["registry_pull"],
}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, set()),
        ({"broken": ["nightly.py"]}, {"doctor.dags_broken"}),
        ({"dags": ["monthly"]}, {"doctor.dags_missing"}),
        ({"backend": "airflow.sdk.bases.xcom.BaseXCom"}, {"doctor.xcom"}),
        ({"pools": ["default_pool"]}, {"doctor.pools"}),
        ({"pools": None}, set()),
    ],
)
def test_what_airflow_says_is_judged(change, found):
    assert codes(lambda: scheduler.judged(SOUND | change)) == found


@pytest.mark.long
def test_a_real_airflow_is_asked_sound_and_broken(tmp_path, monkeypatch):
    for name, value in airflow_defaults(tmp_path).items():
        monkeypatch.setenv(name, value)
    assert subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], capture_output=True, check=False).returncode == 0
    assert codes(scheduler.airflow) == {"doctor.pools"}
    broken = tmp_path / "dags"
    broken.mkdir()
    (broken / "nightly.py").write_text("from airflow.sdk import dag\nraise ValueError\n")
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(broken))
    monkeypatch.delenv("AIRFLOW__CORE__XCOM_BACKEND")
    assert codes(scheduler.airflow) == {"doctor.dags_broken", "doctor.xcom", "doctor.pools"}
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "sqlite:///relative.db")
    assert codes(scheduler.airflow) == {"doctor.airflow"}


def test_a_check_that_breaks_down_is_no_verdict_and_says_no_value():
    def look() -> Iterator[Answer]:
        yield from ()
        raise ValueError("鬱林")

    (answer,) = tried("python", look)
    assert (answer.state, answer.fault.code) == (State.UNKNOWN, "hedui.unforeseen")
    assert "鬱林" not in json.dumps(doctor.as_record(answer), ensure_ascii=False)


def test_settings_that_cannot_be_end_the_checks_behind_them(monkeypatch):
    monkeypatch.setenv("HEDUI_AREA", "somewhere")
    monkeypatch.delenv("AIRFLOW_HOME", raising=False)
    answers = list(doctor.examined())
    assert [answer.fault.code for answer in answers if answer.state is State.TO_DO] == ["settings.area"]
    assert "home" not in {answer.check for answer in answers}


@pytest.mark.parametrize(("locale", "word"), [("zh", "正常"), ("en", "ok")])
def test_the_command_prints_a_table_and_its_exit_code_says_whether_something_is_to_be_done(settings, monkeypatch, capsys, locale, word):
    monkeypatch.setenv("HEDUI_LOCALE", locale)
    monkeypatch.delenv("AIRFLOW_HOME", raising=False)
    monkeypatch.setenv("HEDUI_HUKOU", settings.sources["hukou"].reveal())
    assert doctor.run(as_json=False) == 0
    assert word in capsys.readouterr().out
    settings.home.chmod(0o755)
    assert doctor.run(as_json=True) == 2
    told = json.loads(capsys.readouterr().out)
    assert [check["check"] for check in told["checks"] if check["state"] == "to do"] == ["home"]
    assert told["status"] == "to do"


def test_every_code_of_the_doctor_is_worded_and_no_other():
    source = "".join(path.read_text(encoding="utf-8") for path in (Path(doctor.__file__).parent / "checks").glob("*.py"))
    assert {code for code in wordings() if code.startswith("doctor.")} == set(re.findall(r'"(doctor\.\w+)"', source))
