"""The front door, with real landings and the real state: what `accepted/` holds, what stands in, and that values stay in their rows."""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from expectations import accept, suites
from expectations.acceptance import accept_registry
from expectations.data_docs import page_of
from expectations.landing import Landed
from sql import state
from tests.expectations.deliveries import AS_OF, BREAKS, TONIGHT, sound
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run, private_folder, sha256_of
from vocabulary.settings import Settings
from vocabulary.wording import FORBIDDEN

REFUSED = {"faults": [{"code": "run.stage_missing", "where": "hukou.csv", "facts": {}}], "exit_code": 3}
Land = Callable[..., Run]


@pytest.fixture
def land(monkeypatch: pytest.MonkeyPatch) -> Land:
    """Open a night and land registry -> rows; None is a registry that delivered nothing, a dict is a refusal."""
    for name in REGISTRIES:
        monkeypatch.setenv(f"HEDUI_{name.upper()}", "file:///nowhere")
    monkeypatch.setenv("HEDUI_AREA", "990101")
    settings = Settings.from_environment()

    def landed(as_of: date = AS_OF, **deliveries: pd.DataFrame | dict[str, object] | None) -> Run:
        run = Run.load(settings, state.open_run(as_of))
        for name, rows in deliveries.items():
            if rows is None:
                continue
            folder = private_folder(run.landing / name)
            if isinstance(rows, dict):
                (folder / "refused.json").write_text(json.dumps(rows))
                continue
            rows.to_parquet(folder / "part-0000.parquet", index=False)
            manifest = {
                "registry": name,
                "rows": len(rows),
                "files": [{"name": "part-0000.parquet", "sha256": sha256_of(folder / "part-0000.parquet")}],
            }
            (folder / "manifest.json").write_text(json.dumps(manifest))
            state.record_delivery(settings, run.run_id, {**manifest, "delivery_id": name})
        return run

    return landed


def every(rows: int = 60) -> dict[str, pd.DataFrame]:
    return {name: sound(name, rows) for name in REGISTRIES}


def registries(run: Run) -> pd.DataFrame:
    return pd.read_parquet(run.accepted / "registry.parquet").set_index("registry")


def test_a_good_night_leaves_everything_private_and_says_so(land: Land) -> None:
    run = land(**every())
    assert accept.night(run.run_id) == run.run_id
    assert registries(run)["status"].tolist() == ["fresh"] * 3
    assert registries(run)["complete"].all()
    left = {str(path.relative_to(run.accepted)) for path in run.accepted.rglob("*") if path.is_file()}
    tables = {"record.parquet", "note.parquet", "registry.parquet", "known_birth.parquet", "known_decision.parquet"}
    pages = {"verdict.html", "verdict.json", "stage.json", "checksums.json", "basis.json", "data_docs/index.html"}
    assert left == tables | pages | {path for name in REGISTRIES for path in (f"quarantine/{name}.parquet", f"data_docs/{name}.html")}
    for path in [run.accepted, *run.accepted.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    records = pd.read_parquet(run.accepted / "record.parquet")
    assert records[["registry", "record_id"]].equals(
        records[["registry", "record_id"]].sort_values(["registry", "record_id"], ignore_index=True)
    )


def test_running_a_night_again_changes_nothing(land: Land) -> None:
    run = land(family_planning=sound("family_planning"))
    accept.night(run.run_id)
    before = {path: (sha256_of(path), path.stat().st_mtime_ns) for path in run.accepted.rglob("*") if path.is_file()}
    accept.night(run.run_id)
    assert {path: (sha256_of(path), path.stat().st_mtime_ns) for path in run.accepted.rglob("*") if path.is_file()} == before


def test_a_missing_a_refused_and_a_damaged_registry_do_not_stop_each_other(land: Land) -> None:
    first = land(**every())
    accept.night(first.run_id)
    second = land(hospital=sound("hospital", 60), hukou=REFUSED)
    accept.night(second.run_id)
    told = registries(second)
    assert told["status"].to_dict() == {"hukou": "last_good", "hospital": "fresh", "family_planning": "last_good"}
    assert told["reason"].to_dict() == {"hukou": "run.stage_missing", "hospital": None, "family_planning": "accepted.not_delivered"}
    assert set(told.loc[["hukou", "family_planning"], "from_run_id"]) == {first.run_id}
    assert len(pd.read_parquet(second.accepted / "record.parquet")) == 180

    third = land(**every())
    (third.landing / "hukou" / "part-0000.parquet").write_bytes(sound("hukou", 59).to_parquet(index=False))
    accept.night(third.run_id)
    assert registries(third).loc["hukou", ["status", "reason"]].tolist() == ["last_good", "accepted.landing_damaged"]
    # The third night falls back to the first, where the rows come from, though the second used them too.
    assert registries(third).loc["hukou", "from_run_id"] == first.run_id


def test_a_night_without_any_delivery_accepts_nothing_and_says_why(land: Land) -> None:
    run = land()
    accept.night(run.run_id)
    assert registries(run)["status"].tolist() == ["absent"] * 3
    assert len(pd.read_parquet(run.accepted / "record.parquet")) == 0
    assert "未收到" in (run.accepted / "verdict.html").read_text(encoding="utf-8")


def test_what_shrank_by_some_per_cent_is_used_but_its_absence_is_not_said(land: Land) -> None:
    accept.night(land(hukou=sound("hukou", 60)).run_id)
    run = land(hukou=sound("hukou", 56))
    accept.night(run.run_id)
    told = registries(run).loc["hukou"]
    assert (told["status"], bool(told["complete"]), told["reason"], told["rows_accepted"]) == ("fresh", False, "accepted.vanished", 56)


def test_the_verdict_opens_without_a_network_says_it_in_words_and_blames_nobody(land: Land) -> None:
    accept.night(land(hukou=sound("hukou"), hospital=sound("hospital")).run_id)
    run = land(hukou=BREAKS["no row"](sound("hukou")))
    accept.night(run.run_id)
    page, docs = (
        (run.accepted / "verdict.html").read_text(encoding="utf-8"),
        (run.accepted / "data_docs" / "hukou.html").read_text(encoding="utf-8"),
    )
    for text in (page, docs):
        assert "http:" not in text.replace("http://www.w3.org", "")
        assert "https:" not in text
        assert "<script" not in text
        assert "src=" not in text
    assert page.index("沿用上一次") < page.index("last good night used")
    verdict = json.loads((run.accepted / "verdict.json").read_text(encoding="utf-8"))
    assert [fault["code"] for registry in verdict["registries"] for fault in registry["faults"]] == [
        "accepted.not_delivered",
        "accepted.not_delivered",
        "accepted.empty",
    ]
    for text in (page, json.dumps(verdict, ensure_ascii=False)):
        assert not [word for word in FORBIDDEN if word in text.lower()]


CANARY_NAME, CANARY_NUMBER = "谶冘魆", "99010119990909737"


def canaries(registry: str, rows: int = 60) -> pd.DataFrame:
    """Every personal cell is a canary, and every check of it fails."""
    landed = sound(registry, rows)
    for column in landed.columns:
        if column.endswith("_name"):
            landed[column] = CANARY_NAME
        elif column.endswith("_id_number"):
            landed[column] = [f"{CANARY_NUMBER}{'X' if row % 2 else 'Q'}" for row in landed.index]
        elif column == "certificate_no":
            landed[column] = CANARY_NUMBER
    day = "born_at" if "born_at" in landed else "born_on"
    return landed.assign(
        **{
            day: landed[day].where(landed.index % 10 > 0, CANARY_NAME),
            "division_code": landed["division_code"].where(landed.index % 11 > 0, CANARY_NUMBER),
        }
    )


def without_values(run: Run) -> dict[str, bytes]:
    """What a run's accepted/ says to anybody: everything but the tables that hold people."""
    paths = [path for path in run.accepted.rglob("*") if path.is_file()]
    return {
        path.name: path.read_bytes() for path in paths if path.suffix != ".parquet" or path.name in ("note.parquet", "registry.parquet")
    }


@pytest.mark.parametrize("broken", ["nothing", "a column is missing", "a quarter of the rows is broken", "no change can be read"])
def test_no_value_leaves_its_row(land: Land, broken: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """Rights.md R11: a canary name and number through a good night and through failing ones."""
    caplog.set_level(logging.DEBUG)
    breaks = BREAKS.get(broken, lambda rows: rows)
    run = land(hospital=breaks(canaries("hospital")), hukou=canaries("hukou") if broken == "nothing" else None)
    accept.night(run.run_id)
    printed = capfd.readouterr()
    for said in (*without_values(run).values(), caplog.text.encode(), printed.out.encode(), printed.err.encode()):
        for canary in (CANARY_NAME, CANARY_NUMBER):
            assert canary.encode() not in said
            assert canary.encode("unicode_escape") not in said


FOURTH = """
import great_expectations.expectations as gxe
from expectations.contract_suite import says

# A mean of names cannot be had: pandas raises, and quotes the names.
FACTS = (gxe.ExpectColumnMeanToBeBetween(column="mother_name", min_value=0, severity="critical", meta=says("empty", "mother_name"), notes="n"),)
"""


def test_an_error_inside_an_expectation_is_our_fault_and_quotes_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A suite is found because its file is there: so is this one, which fails itself."""
    (tmp_path / "immunisation.py").write_text(FOURTH)
    monkeypatch.setattr(suites, "__path__", [*suites.__path__, str(tmp_path)])
    immunisation = replace(REGISTRIES["family_planning"], name="immunisation")
    outcome = accept_registry(immunisation, Landed(canaries("family_planning")), None, TONIGHT)
    assert outcome.reason == "accepted.expectation_raised"
    assert [(raised.column, raised.severity) for raised in outcome.examination.raised] == [("mother_name", "critical")]
    for said in (str(outcome.examination.raised), outcome.faults[0].text("en"), page_of(outcome.examination)):
        assert CANARY_NAME not in said
