"""The real DAG with everything that watches it switched on: nobody's surname or number is in a notice, a metric, a line, an event or the page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.night.conftest import built, county  # noqa: F401 - fixtures
from tests.night.test_canary import NUMBER, SURNAME, place_canary, traces
from tests.watching.conftest import Received, connections, text_of

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]
TABLE = '[mail]\nto = ["engineer@example.cn"]\n[webhook]\nuse = true\npath = "/hook"\n'


def test_nothing_that_leaves_holds_a_person_and_every_channel_says_what_it_should(county, tmp_path, post_office, bell) -> None:  # noqa: F811
    place_canary(county)
    (tmp_path / "notices.toml").write_text(TABLE, encoding="utf-8")
    lineage = tmp_path / "lineage.jsonl"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")} | county.environment
    environment |= {
        **connections(post_office.port, bell.port, password="a-password-of-the-webhook"),
        "HEDUI_LOG": "json",
        "HEDUI_LOCALE": "zh",
        "HEDUI_NOTICES": str(tmp_path / "notices.toml"),
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(
            {"type": "watching.lineage_transport.CodesOnly", "to": {"type": "file", "log_file_path": str(lineage), "append": True}}
        ),
        "AIRFLOW__OPENLINEAGE__NAMESPACE": "hedui",
        "AIRFLOW__OPENLINEAGE__EXTRACTORS": "watching.lineage.StageExtractor",
    }
    command = [sys.executable, "-m", "hedui.main", "nightly", "--quiet", "--as-of"]
    good = subprocess.run([*command, "2026-10-31"], env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stdout + good.stderr
    assert (post_office.mails, bell.posts) == ([], [])
    red = {**environment, "HEDUI_HUKOU": f"sqlite:///{tmp_path}/{SURNAME}.db"}
    bad = subprocess.run([*command, "2026-11-01"], env=red, cwd=ROOT, capture_output=True, text=True, check=False)
    assert bad.returncode == 3, bad.stdout + bad.stderr

    assert_notices(post_office, bell)
    assert_lines(good.stderr, bad.stderr)
    assert_lineage([json.loads(line) for line in lineage.read_text(encoding="utf-8").splitlines()])
    (tmp_path / "said").mkdir()
    for name, said in {
        "good": good.stderr,
        "bad": bad.stderr,
        "lineage": lineage.read_text(),
        "mail": text_of(post_office.mails[0]),
        "post": str(bell.posts),
    }.items():
        (tmp_path / "said" / name).write_text(said, encoding="utf-8")
    for path in (*county.home.glob("runs/*/report.html"), *county.home.glob("runs/*/watch.json"), county.home / "metrics" / "hedui.prom"):
        shutil.copy(path, tmp_path / "said" / f"{path.parent.name}-{path.name}")
    assert len(list((tmp_path / "said").iterdir())) == 10
    assert not traces(tmp_path / "said")
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "said").iterdir()]
    assert not [word for word in ("a-password-of-the-webhook", "sqlite:") if any(word in text for text in texts)]


def assert_notices(post_office: Received, bell: Received) -> None:
    (mail,), ((_, _, body),) = post_office.mails, bell.posts
    assert "户籍登记：沿用上次完好数据，代码 source." in text_of(mail)
    assert body["code"] == "night.red"
    assert [row["status"] for row in body["registries"] if row["registry"] == "hukou"] == ["last_good"]


def assert_lines(good: str, bad: str) -> None:
    lines = [json.loads(line) for line in good.splitlines() if line.startswith("{")]
    assert [line["stage"] for line in lines if line["event"] == "stage.done"] == ["land", "accept", "link", "find", "publish"]
    assert [line["status"] for line in lines if line["event"] == "night.done"] == ["complete"]
    told = [json.loads(line) for line in bad.splitlines() if line.startswith("{")]
    assert {line["code"] for line in told if line["event"] == "night.fault"} >= {"source.missing_file"}
    assert {line["channel"] for line in told if line["event"] == "notice.sent"} == {"mail", "webhook"}


def assert_lineage(events: list[dict]) -> None:
    done = [event for event in events if event["eventType"] == "COMPLETE" and "." in event["job"]["name"]]
    flow = {(given["name"], made["name"]) for event in done for given in event["inputs"] for made in event["outputs"]}
    wanted = {
        ("registry/hukou", "landing/hukou"),
        ("landing/hospital", "accepted"),
        ("accepted", "linked"),
        ("linked", "findings"),
        ("findings", "worklists"),
    }
    assert wanted <= flow
    versions = {made["facets"]["version"]["datasetVersion"] for event in done for made in event["outputs"]}
    assert versions == {"2026-10-31-001", "2026-11-01-001"}
    failed = {
        event["job"]["name"]: event["run"]["facets"]["errorMessage"]
        for event in events
        if event["eventType"] == "FAIL" and "." in event["job"]["name"]
    }
    assert {name: told["message"] for name, told in failed.items()} == {
        "nightly.land": "[source.missing_file]",
        "nightly.report": "[source.missing_file]",
    }
    assert not [told for told in failed.values() if told.get("stackTrace")]
    assert NUMBER not in json.dumps(events)
