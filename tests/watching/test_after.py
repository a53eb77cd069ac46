"""What follows a night: page, metrics, lines. Small counts do not leave, and nothing here turns a night red."""

from __future__ import annotations

import json
import logging
import re
import shutil
import subprocess
import time
import urllib.request
from datetime import date
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest

from reconciliation import find
from sql.nights import close_night
from tests.nights import Night
from tests.watching.conftest import STAGES, Office, delivery
from vocabulary.runs import stage_report
from vocabulary.settings import Settings
from vocabulary.wording import FORBIDDEN
from watching import after, dashboard
from watching.metrics import GAUGES
from watching.nights import newest_run
from watching.page import Compared, page

ROOT = Path(__file__).resolve().parents[2]
MOVED = {"filled": {"hukou": {"child_name": [1000, 1000], "father_name": [950, 1000]}, "hospital": {"father_name": [600, 1000]}}}


@pytest.fixture
def watched(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Three nights, the last of them with a registry whose fathers' names are gone."""
    monkeypatch.setenv("HEDUI_HOME", str(office.home))
    for run_id in ("2026-10-29-001", "2026-10-30-001"):
        office.night(run_id)
    office.night(
        "2026-10-31-001",
        {
            "registries": [
                delivery("hukou", county="990101", as_of="2026-10-20"),
                delivery(
                    "hospital",
                    status="absent",
                    as_of=None,
                    reason="source.unreachable",
                    rows_landed=None,
                    rows_accepted=None,
                    rows_quarantined=None,
                ),
            ]
        },
        MOVED,
    )
    return office


def told(office: Office, run_id: str = "2026-10-31-001") -> Compared:
    return after.compared(office.settings, run_id)


class Text(HTMLParser):
    """What a page says, and what it asks the network for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.asked: list[tuple[str, str]] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.asked += [(tag, str(value)) for name, value in attrs if name in ("src", "href", "srcset")]


def test_the_page_says_in_both_languages_what_moved(watched: Office) -> None:
    html = page(told(watched), "en")
    said = " ".join(Text(html).said)
    assert "hospital birth records: father's name is filled in 60.0 %, usually 93.0 % (PSI" in said
    assert "医院出生记录：父亲姓名的填写率为 60.0 %，平时为 93.0 %（PSI" in said
    assert "household registration 990101: its data are 11 days old" in said
    assert html.index("Run report") < html.index("夜间运行报告")
    assert not [word for word in FORBIDDEN if word in said.lower()]


def test_the_page_says_what_to_do_and_names_no_file(watched: Office) -> None:
    faults = [{"code": code, "where": "王小明.xlsx", "text": "王小明.xlsx"} for code in ("source.missing_file", "night.dark")]
    watched.night("2026-11-01-001", {"status": "partial", "faults": faults})
    html = page(told(watched, "2026-11-01-001"), "en")
    assert "<li>[source.missing_file] " in html
    assert "<li>[night.dark]</li>" in html
    assert "王小明" not in html


def test_the_page_asks_the_network_for_nothing(watched: Office) -> None:
    html = page(told(watched), "zh")
    assert Text(html).asked == []
    assert not re.search(r"url\(|@import|<script", html)


def test_no_count_of_people_under_five_is_on_the_page(watched: Office) -> None:
    said = [text.strip() for text in Text(page(told(watched), "en")).said]
    assert "<5" in said  # three bear a code, three were corrected, four findings are gone
    cells = [int(text) for text in said if text.isdigit()]
    assert {number for number in cells if 0 < number < 5} == set()
    assert [number for number in cells if number % 5] == [11, 11]  # days, in either language


def test_a_first_night_and_one_that_broke_down_have_a_page_too(office: Office) -> None:
    office.night("2026-10-28-001", measured={"changed": {}})
    assert "This is the first night" in page(told(office, "2026-10-28-001"), "en")
    folder = office.night("2026-10-29-001", {"status": "failed", "stages": {}, "registries": [], "findings": {}})
    (folder / "watch.json").unlink()
    assert "Broke down" in page(told(office, "2026-10-29-001"), "en")


def metrics_of(office: Office, run_id: str = "2026-10-31-001") -> dict[str, float]:
    text = after.write_metrics(office.settings, run_id).read_text(encoding="utf-8")
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))}


def test_metrics_are_in_fives_and_say_when_the_last_good_night_was(watched: Office) -> None:
    values = metrics_of(watched)
    assert values['hedui_findings{kind="not_registered"}'] == 30
    assert values['hedui_findings{kind="conflict"}'] == 0  # four
    assert values['hedui_findings_found{kind="not_registered"}'] == 5
    assert values['hedui_delivery_age_seconds{county="990101",registry="hukou"}'] == 11 * 86400
    assert values['hedui_delivery_status{county="",registry="hospital",status="absent"}'] == 1
    assert values['hedui_drift_verdict{verdict="moved",what="filled"}'] == 1
    people = [
        value
        for name, value in values.items()
        if re.match(r"hedui_(births|findings|tasks|delivery_rows)|.*what=\"(?!fresh|desks)", name) and "drift" not in name
    ]
    assert len(people) > 20
    assert [value for value in people if value % 5] == []
    report = watched.home / "runs" / "2026-10-31-001" / "report.json"
    assert values["hedui_last_good_night_timestamp_seconds"] == pytest.approx(report.stat().st_mtime)
    assert (watched.home / "metrics" / "hedui.prom").stat().st_mode & 0o777 == 0o600


def test_red_nights_leave_the_last_good_one_standing(watched: Office) -> None:
    watched.night("2026-11-01-001", {"status": "failed"})
    values = metrics_of(watched, "2026-11-01-001")
    assert values["hedui_last_good_night_timestamp_seconds"] < values["hedui_last_night_timestamp_seconds"]
    assert values['hedui_night_status{status="failed"}'] == 1


def test_a_past_night_that_is_run_again_is_not_the_newest(watched: Office) -> None:
    before = metrics_of(watched)
    watched.night("2026-10-30-002", {"status": "failed"})
    assert metrics_of(watched, "2026-10-30-002") == before


def test_metrics_lie_where_another_user_reads_them(watched: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEDUI_METRICS", str(tmp_path / "hedui.prom"))
    metrics_of(watched)
    assert (tmp_path / "hedui.prom").stat().st_mode & 0o777 == 0o644


def test_whatever_fails_afterwards_the_night_is_what_it_is(watched: Office, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    monkeypatch.setenv("HEDUI_NOTICES", str(watched.home / "none.toml"))
    monkeypatch.setenv("HEDUI_METRICS", str(watched.home / "no" / "such" / "folder.prom"))
    (watched.home / "runs" / "2026-10-30-001" / "watch.json").write_text("{", encoding="utf-8")
    with caplog.at_level(logging.INFO, logger="hedui"):
        after.night("2026-10-31-001")
        after.night("2026-12-31-001")
    failed = [record.getMessage() for record in caplog.records if "[watch.failed]" in record.getMessage()]
    assert {re.findall(r"stage=(\w+)", line)[0] for line in failed} == {"log", "page", "metrics", "notices"}
    assert not any("/" in line for line in failed)


def test_a_real_night_is_measured_and_its_tasks_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEDUI_AREA", "990101")
    night = Night(Settings.from_environment()).given("hospital", "birth_record_id | born_at\nH1 | 2026-06-01")
    for day in (date(2026, 10, 30), date(2026, 10, 31)):
        run = night.linked(day)
        find.night(run.run_id)
        with run.writing("worklists") as folder:
            stage_report(folder, "publish", 0.5, {"desks": 3})
        close_night(night.settings, run.run_id)
        after.night(run.run_id)
    measured = json.loads((run.folder / "watch.json").read_text(encoding="utf-8"))
    assert measured["filled"]["hospital"]["mother_name"] == [1, 1]
    assert measured["changed"]["records"]["hospital"] == {"arrived": 0, "gone": 0, "corrected": 0}
    assert newest_run(night.settings) == run.run_id
    assert {path.stat().st_mode & 0o777 for path in run.folder.glob("*.*")} == {0o600}
    assert "Nothing changed." in page(after.compared(night.settings, run.run_id), "en")


def test_the_dashboard_is_what_its_source_says() -> None:
    kept = json.loads((ROOT / "deploy" / "grafana" / "hedui.json").read_text(encoding="utf-8"))
    assert kept == dashboard.dashboard()
    places = [panel["gridPos"] for panel in kept["panels"]]
    cells = [(x, y) for one in places for x in range(one["x"], one["x"] + one["w"]) for y in range(one["y"], one["y"] + one["h"])]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < dashboard.COLUMNS


def test_dashboard_and_alerts_name_metrics_that_nights_write() -> None:
    rules = (ROOT / "deploy" / "prometheus" / "hedui.rules.yml").read_text(encoding="utf-8")
    named = {name for text in (*dashboard.queries(), *re.findall(r"expr: (.*)", rules)) for name in re.findall(r"hedui_\w+", text)}
    assert named - {f"hedui_{name}" for name in GAUGES} == set()


needs_prometheus = pytest.mark.skipif(not shutil.which("promtool"), reason="no Prometheus (apt: prometheus)")


@needs_prometheus
@pytest.mark.parametrize("words", [("check", "rules", "hedui.rules.yml"), ("test", "rules", "hedui.rules.test.yml")])
def test_alerts_fire_when_they_should(words) -> None:
    asked = subprocess.run(["promtool", *words], cwd=ROOT / "deploy" / "prometheus", capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stdout + asked.stderr


@needs_prometheus
def test_prometheus_finds_the_metrics_well_formed(watched: Office) -> None:
    text = after.write_metrics(watched.settings, "2026-10-31-001").read_bytes()
    asked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False)
    assert (asked.returncode, asked.stdout + asked.stderr) == (0, b"")


@pytest.fixture
def prometheus(watched: Office, tmp_path: Path) -> Any:
    """A real Prometheus that has read the metrics of a night; its query as a function."""
    after.write_metrics(watched.settings, "2026-10-31-001")

    class Quiet(SimpleHTTPRequestHandler):
        extensions_map = {"": "text/plain", ".prom": "text/plain; version=0.0.4"}  # noqa: RUF012

        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(watched.home / "metrics"))

        def log_message(self, *_: object) -> None:
            pass

    files, own = ThreadingHTTPServer(("127.0.0.1", 0), Quiet), ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    Thread(target=files.serve_forever, daemon=True).start()
    port = own.server_address[1]
    own.server_close()
    job = {"job_name": "hedui", "metrics_path": "/hedui.prom", "static_configs": [{"targets": [f"127.0.0.1:{files.server_address[1]}"]}]}
    (tmp_path / "prometheus.yml").write_text(json.dumps({"global": {"scrape_interval": "500ms"}, "scrape_configs": [job]}))
    command = [
        "prometheus",
        f"--config.file={tmp_path / 'prometheus.yml'}",
        f"--storage.tsdb.path={tmp_path / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=(tmp_path / "log").open("wb"))

    def ask(query: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/query?query={quote(query)}", timeout=5) as answer:
            return json.loads(answer.read())["data"]["result"]

    try:
        for _ in range(200):
            try:
                if ask("hedui_births"):
                    break
            except OSError:
                pass
            time.sleep(0.1)
        yield ask
    finally:
        process.terminate()
        process.wait(10)
        files.shutdown()


@pytest.mark.long
@needs_prometheus
def test_every_query_of_the_dashboard_returns_series_from_a_real_prometheus(watched: Office, prometheus) -> None:
    # `tasks` comes from the state, where these nights have none; the query itself must still be understood.
    empty = [query for query in dashboard.queries() if not prometheus(query)]
    assert empty == ["sum by (state) (hedui_tasks)"]
    seconds = {row["metric"]["stage"]: float(row["value"][1]) for row in prometheus("hedui_stage_seconds")}
    assert seconds == {name: stage["seconds"] for name, stage in STAGES.items()}
