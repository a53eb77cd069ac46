"""What befalls a night besides a bad registry: damaged snapshots, a full or closed disk, another night beside it, a clock that jumps."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from expectations import accept
from matching import link
from reconciliation import find, publish
from sql import state
from tests.night.conftest import AS_OF
from tests.night.faulty import Installation, Server
from vocabulary.errors import ConfigurationError, Fault, Refusal
from vocabulary.locks import alone
from vocabulary.settings import Settings

pytestmark = pytest.mark.timeout(900)
NOBODY = 65534


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def deleted(path: Path) -> None:
    path.unlink()


READ_BY = [
    # the file                       the stage that reads it   its folder, which is taken away to run it again
    ("findings/finding.parquet",      publish.night,            "worklists"),
    ("linked/birth_record.parquet",   publish.night,            "worklists"),
    ("linked/pair.parquet",           find.night,               "findings"),
    ("accepted/note.parquet",         find.night,               "findings"),
    ("accepted/known_birth.parquet",  link.night,               "linked"),
    ("accepted/record.parquet",       link.night,               "linked"),
]  # fmt: skip


def test_a_snapshot_that_is_not_what_was_written_stops_the_stage_that_reads_it(settled):
    _, told = settled
    folder = Path(told["folder"])
    for name, stage, gone in READ_BY:
        shutil.rmtree(folder / gone, ignore_errors=True)
        written = (folder / name).read_bytes()
        for harm in (flipped, truncated, deleted):
            harm(folder / name)
            with pytest.raises(Refusal) as refused:
                stage(told["run_id"])
            assert [(fault.code, fault.where) for fault in refused.value.faults] == [("run.damaged", f"{told['run_id']}/{name}")]
            assert refused.value.exit_code == 1
            assert not (folder / gone).exists()
            (folder / name).write_bytes(written)


@pytest.mark.parametrize("harm", [flipped, truncated, deleted])
def test_a_landed_file_that_is_not_what_came_is_not_accepted_and_is_named(settled, harm):
    county, told = settled
    run_id = state.open_run(AS_OF)
    shutil.copytree(Path(told["folder"]) / "landing", county.home / "runs" / run_id / "landing")
    harm(county.home / "runs" / run_id / "landing" / "hukou" / "part-00000.parquet")
    for stage in (accept.night, link.night, find.night, publish.night):
        stage(run_id)
    report = state.close_run(run_id)
    assert [(fault["code"], fault["where"]) for fault in report["faults"]] == [("accepted.landing_damaged", "hukou part-00000.parquet")]
    assert report["exit_code"] == 3
    assert {row["registry"]: row["status"] for row in report["registries"]}["hukou"] == "last_good"


def test_a_last_good_night_that_is_damaged_is_named_and_not_fallen_back_to(settled):
    _, told = settled
    flipped(Path(told["folder"]) / "accepted" / "record.parquet")
    with pytest.raises(Refusal) as refused:
        accept.night(state.open_run(AS_OF))
    assert refused.value.faults == (Fault("run.damaged", f"{told['run_id']}/accepted/record.parquet"),)


def test_a_damaged_base_is_left_aside_and_everything_linked_anew(settled):
    county, told = settled
    for path in (Path(told["folder"]) / "base").glob("*.npy"):
        truncated(path)
    again = county.night()
    assert (again["exit_code"], again["changed"], again["findings"]) == (0, False, told["findings"])


def test_a_second_night_beside_the_first_is_refused_in_words(county):
    county.home.mkdir()
    with alone(county.home, "night"), pytest.raises(ConfigurationError) as refused:
        county.night()
    assert refused.value.faults == (Fault("night.another_runs", "HEDUI_HOME"),)
    assert not (county.home / "runs").exists()
    assert list(county.home.glob(".*.lock")) == []


@pytest.fixture(scope="module")
def first(evenings, server: Server) -> Installation:
    folder, before, _ = evenings
    here = Installation(folder / "first", f"sqlite:///{folder / 'first' / 'hedui.db'}", before)
    told = server.night(here.settings, as_of="2026-10-30")
    assert told.get("report", {}).get("exit_code") == 0, told
    return here


@pytest.fixture
def home(first: Installation, evenings, tmp_path: Path) -> Installation:
    """An installation with the first night behind it, and this evening's registries before it."""
    shutil.copytree(first.home, tmp_path / "home", dirs_exist_ok=True)
    return Installation(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'hedui.db'}", evenings[2])


@pytest.fixture(scope="module")
def undisturbed(first: Installation, evenings, server: Server) -> Installation:
    folder = evenings[0] / "undisturbed"
    shutil.copytree(first.home, folder)
    here = Installation(folder, f"sqlite:///{folder / 'hedui.db'}", evenings[2])
    assert server.night(here.settings).get("report", {}).get("exit_code") == 0
    return here


def same(here: Installation, there: Installation, run_id: str = f"{AS_OF}-001") -> None:
    assert here.rows() == there.rows()
    assert here.report(run_id) == there.report(run_id)
    assert here.files(run_id) == there.files(run_id)
    assert here.left_behind() == []


@pytest.mark.long
@pytest.mark.parametrize("largest", [4_000, 60_000, 400_000])
def test_a_full_disk_is_told_in_words_and_the_night_run_again_is_whole(home, server, undisturbed, largest):
    told = server.night(home.settings, largest=largest)
    code = told["faults"][0]["code"]
    assert (told["exit_code"], len(told["faults"])) == (1, 1)
    assert code in {"disk.full", "disk.failed"}, "SQLite calls a limit on the size of a file an error of writing"
    assert told["text"].startswith(f"[{code}]")
    again = server.night(home.settings, **({"run_id": told["run_id"]} if "run_id" in told else {}))
    assert again["report"]["exit_code"] == 0, again
    same(home, undisturbed)


@pytest.mark.long
def test_a_home_that_may_not_be_written_is_told_in_words_and_the_night_run_again_is_whole(home, server, undisturbed):
    nobody: dict[str, int] = {"user": NOBODY} if os.getuid() == 0 else {}
    modes = {path: path.stat().st_mode for path in [home.home / "runs", home.home]}
    for path in modes:
        path.chmod(0o555)
    told = server.night(home.settings, **nobody)
    for path, mode in modes.items():
        path.chmod(mode)
    assert (told["exit_code"], {fault["code"] for fault in told["faults"]}) == (1, {"disk.read_only"})
    assert server.night(home.settings)["report"]["exit_code"] == 0
    same(home, undisturbed)


CLOCKS = [
    {"accept": -3600.0},
    {"land hukou": 86_400.0, "link": -86_400.0},
    {"open": -40 * 86_400.0, "find": 0.0},
    {"publish": -86_400.0, "report": 3600.0},
]


@pytest.mark.long
@pytest.mark.parametrize("clock", CLOCKS, ids=str)
def test_a_clock_that_jumps_changes_no_answer(home, server, undisturbed, clock):
    assert server.night(home.settings, clock=clock)["report"]["exit_code"] == 0
    same(home, undisturbed)


@pytest.mark.long
def test_a_night_that_a_wrong_clock_dates_before_the_last_one_closes_nothing(home, server):
    assert server.night(home.settings)["report"]["exit_code"] == 0
    settings = Settings.from_environment(home.settings)
    before = set(state.open_findings(settings)["finding_id"])
    early = server.night(home.settings, as_of="2026-10-29")
    assert early["report"]["stages"]["find"]["counts"]["closed"] == 0
    assert before <= set(state.open_findings(settings)["finding_id"])


@pytest.mark.long
def test_two_processes_at_one_night_leave_one_night(home, server, undisturbed):
    run_id = server.night(home.settings, before="land family_planning")["run_id"]
    told = server.together(home.settings, {"run_id": run_id}, {"run_id": run_id})
    assert [one["report"]["exit_code"] for one in told] == [0, 0], told
    same(home, undisturbed)


@pytest.mark.long
@pytest.mark.parametrize("other", ["2026-10-31", "2026-11-01"])
def test_two_nights_at_once_leave_what_two_nights_leave(home, first, evenings, server, tmp_path, other):
    told = server.together(home.settings, {"as_of": AS_OF.isoformat()}, {"as_of": other})
    assert [one["report"]["status"] for one in told] == ["complete", "complete"], told
    assert len({one["run_id"] for one in told}) == 2
    shutil.copytree(first.home, tmp_path / "one-after-the-other")
    there = Installation(tmp_path / "one-after-the-other", f"sqlite:///{tmp_path / 'one-after-the-other' / 'hedui.db'}", evenings[2])
    for as_of in (AS_OF.isoformat(), other):
        assert server.night(there.settings, as_of=as_of)["report"]["status"] == "complete"
    for one in told:
        assert snapshots(home, one["run_id"]) == snapshots(there, one["run_id"])
    assert open_now(home) == open_now(there)
    assert home.left_behind() == []


def snapshots(here: Installation, run_id: str) -> dict[str, str]:
    wanted = ("accepted/record", "linked/birth_record", "linked/pair", "findings/finding")
    return {name: checksum for name, checksum in here.files(run_id).items() if name.startswith(wanted)}


def open_now(here: Installation) -> list[tuple[str, ...]]:
    found = state.open_findings(Settings.from_environment(here.settings))
    return [tuple(map(str, row)) for row in found.itertuples(index=False)]
