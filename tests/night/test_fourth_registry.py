"""docs/add-a-registry.md, followed to the letter on a county with clinics: a night and a month with four registries, and a night without them again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from sql import snapshots
from tests.conftest import ROOT
from vocabulary.registries import BUILT_IN
from vocabulary.registries.own import read_own
from vocabulary.runs import Run

pytestmark = pytest.mark.timeout(900)
PAGE = (ROOT / "docs" / "add-a-registry.md").read_text(encoding="utf-8")
NAME = "immunisation"
AS_OF = "2026-10-31"


def test_the_page_shows_the_file_as_it_is():
    shown = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert len(shown) == 1
    assert shown[0].strip() in (ROOT / "examples" / NAME / f"{NAME}.py").read_text(encoding="utf-8")


@dataclass
class Installation:
    """A county of four, what the page's commands printed, and the night they ran."""

    folder: Path
    environment: dict[str, str]
    printed: str

    def run(self, *command: str, without: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        told = {name: value for name, value in self.environment.items() if name not in without}
        return subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)

    @property
    def night(self) -> Path:
        return sorted((self.folder / "home" / "runs").iterdir())[0]

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.night / name)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The commands of the page, one after the other, with this machine's paths in place of the page's."""
    folder = tmp_path_factory.mktemp("four")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HEDUI_", "AIRFLOW"))}
    clean |= {"HEDUI_LOCALE": "en", "HEDUI_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}
    switch, county = (block for block in re.findall(r"```bash\n(.*?)```", PAGE, flags=re.DOTALL))
    made = county.replace("/tmp/county", str(folder / "county")).replace("5493", "400").replace(".venv/bin/python", sys.executable)
    printed = subprocess.run(["bash", "-ec", made], cwd=ROOT, env=clean, capture_output=True, text=True, check=True).stdout
    sources = dict(line.removeprefix("export ").replace("'", "").split("=", 1) for line in printed.splitlines())
    commands = switch.replace("/etc/hedui/registries", str(folder / "registries")).replace(".venv/bin/", f"{Path(sys.executable).parent}/")
    commands = re.sub(r"postgresql\S+", sources.pop("HEDUI_IMMUNISATION"), commands).replace(
        "hedui nightly", f"hedui nightly --as-of {AS_OF}"
    )
    commands = commands.replace("hedui doctor", "hedui doctor || true")  # other things of this machine are not this page's
    ran = subprocess.run(["bash", "-ec", commands], cwd=ROOT, env=clean | sources, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    own = {"HEDUI_REGISTRIES": str(folder / "registries"), "HEDUI_IMMUNISATION": f"sqlite:///{folder}/county/{NAME}.db"}
    return Installation(folder, clean | sources | own, ran.stdout)


@pytest.mark.long
@pytest.mark.weekly
def test_four_registries_are_read_and_named(installed):
    report = json.loads((installed.night / "report.json").read_text(encoding="utf-8"))
    assert {told["registry"]: told["status"] for told in report["registries"]} == dict.fromkeys([*BUILT_IN, NAME], "fresh")
    assert "immunisation register" in installed.printed
    assert "a delivery like this would be taken" in installed.printed


@pytest.mark.long
@pytest.mark.weekly
def test_links_are_right_and_the_children_that_only_a_clinic_knows_are_found(installed):
    told = installed.run(
        f"{Path(sys.executable).parent}/hedui", "evaluate", str(installed.night), str(installed.folder / "county" / "truth"), "--json"
    )
    judged = json.loads(told.stdout)
    assert judged["links"]["f1"] > 0.995
    assert judged["not_registered"]["precision"] > 0.98
    assert judged["not_registered"]["recall"] > 0.98
    findings = installed.table("findings/finding.parquet")
    assert (findings.loc[findings["kind"] == "not_registered", "evidence"] == f"seen:{NAME}").any()


@pytest.mark.long
@pytest.mark.weekly
def test_nobody_is_said_to_be_missing_from_a_registry_of_which_nobody_asks(installed):
    findings = installed.table("findings/finding.parquet")
    assert set(findings.loc[findings["registry"] == NAME, "kind"]) <= {
        "conflict",
        "duplicate_record",
        "invalid_identifier",
        "implausible_date",
        "possible_match",
    }
    contracts = BUILT_IN | read_own(installed.folder / "registries", BUILT_IN)[0]
    run = Run(installed.night.name, date.fromisoformat(AS_OF), installed.folder / "home", ("990101",))
    with snapshots.opened_births(run, contracts) as tables:
        snapshots.load_views(tables, ("recording_delay",))
        waited_for = {name for (name,) in tables.execute("SELECT DISTINCT registry FROM recording_delay").fetchall()}
        sayable = {kind for (kind,) in tables.execute("SELECT DISTINCT kind FROM sayable_absence").fetchall()}
    assert waited_for == set(BUILT_IN)
    assert (installed.night / "accepted" / "verdict.html").read_text(encoding="utf-8").count("不涉及") == 1
    assert None not in sayable


@pytest.mark.long
@pytest.mark.weekly
def test_a_clinic_learns_of_nobody_whom_it_did_not_report(installed):
    own = set(installed.table("accepted/record.parquet").query("registry == @NAME")["record_id"])
    asked: set[str] = set()
    for path in (installed.night / "worklists").glob(f"{NAME}-*.csv"):
        asked |= set(pd.read_csv(path, dtype=str, encoding="utf-8-sig")["本登记编号"].dropna())
    assert asked
    assert asked <= own


@pytest.mark.long
@pytest.mark.weekly
def test_the_model_has_learnt_every_pair_of_registries(installed):
    model = json.loads((installed.night / "linked" / "model.json").read_text(encoding="utf-8"))
    text = json.dumps(model)
    for other in BUILT_IN:
        pair = sorted([NAME, other])
        assert re.search(rf'"{pair[0]}[^"\w]+{pair[1]}"|\["{pair[0]}", "{pair[1]}"\]', text), pair


@pytest.mark.airflow  # two more runs of the DAGs: half a minute, by hand
def test_the_month_counts_it_and_a_night_without_it_is_whole_again(installed):
    hedui = f"{Path(sys.executable).parent}/hedui"
    month = installed.run(hedui, "monthly", "--month", "2026-10", "--json")
    told = json.loads(month.stdout)
    assert told["status"] in {"draft", "awaiting", "held"} or told["figures"], month.stderr[-1000:]
    assert not [one for one in told["objections"] if one.get("severity") == "critical" and NAME in json.dumps(one)]
    off = installed.run(hedui, "nightly", "--as-of", "2026-11-01", "--json", without=("HEDUI_REGISTRIES", "HEDUI_IMMUNISATION"))
    after = json.loads(off.stdout)
    assert (off.returncode, {row["registry"] for row in after["registries"]}) == (0, set(BUILT_IN)), off.stderr[-1000:]
    assert NAME not in (Path(after["folder"]) / "accepted" / "verdict.html").read_text(encoding="utf-8")
