"""Children who live in another county: one county's file leaves, the other's comes in, and a night asks after those whom nobody here knows."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from connectors.exchange_files import read_exchange
from connectors.worklists import read_worklists
from reconciliation import explain, publish
from reconciliation.exchange_in import take_exchange
from reconciliation.outcome_rows import titles
from reconciliation.outcomes import take_outcomes
from sql import state
from tests.nights import Night, day
from vocabulary.exchange import COLUMNS
from vocabulary.runs import sha256_of
from vocabulary.settings import Settings

TODAY = date(2026, 11, 1)
STEM = "other_county-990102"
AWAY = """
    birth_record_id | birth  | born_at    | division_code | mother_name | child_name | certificate_no | child_sex
    H1              | far    | 2026-06-01 | 990102001001  | 李甲        | 李小明     | Z990000001     | 1
    H2              | there  | 2026-06-02 | 990102001001  | 王乙        |            |                | 2
    H3              | passed | 2026-06-03 | 990102002001  | 赵丙        | 赵小红     |                | 2
    H4              | known  | 2026-06-04 | 990102002001  | 陈丁        | 陈小华     | Z990000004     | 1
"""


@pytest.fixture
def sent(night: Night) -> Path:
    """What county 990101 sends to county 990102: four children of its wards who live there."""
    run = night.given("hospital", AWAY).on("2026-10-31").run
    publish.night(run.run_id)
    return run.worklists / "exchange"


@pytest.fixture
def there(sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    """The installation of county 990102, which has registered the first child, mourns the third and knows the fourth."""
    for name, value in {"HEDUI_HOME": str(tmp_path / "there"), "HEDUI_AREA": "990102"}.items():
        monkeypatch.setenv(name, value)
    night = Night(Settings.from_environment())
    night.given(
        "hukou", "registration_id | born_on | division_code | mother_name | child_name\nR1 | 2026-06-01 | 990102001001 | 李甲 | 李小明"
    )
    night.given(
        "family_planning", "report_id | born_on | division_code | mother_name | child_name\nF4 | 2026-06-04 | 990102002001 | 陈丁 | 陈小华"
    )
    return night.given(
        "hospital", "birth_record_id | born_at | division_code | mother_name | vital_status\nH9 | 2026-06-05 | 990102002001 | 赵丙 | died"
    )


def taken(night: Night, *paths: Path):
    files, faults = read_exchange(list(paths), night.settings.area)
    return take_exchange(files, night.settings, TODAY), faults


def listed(night: Night, day: str) -> dict[str, dict[str, str]]:
    """Birth date -> row, of the desks of county 990102."""
    run = night.on(day).run
    publish.night(run.run_id)
    rows = (
        row for path in sorted(run.worklists.glob("registration_desk-*.csv")) for row in csv.DictReader(path.open(encoding="utf-8-sig"))
    )
    return {row["出生日期"]: row | {"run": run.run_id} for row in rows if row["表"] == "待协助登记"}


def test_a_file_leaves_with_the_columns_of_the_format_and_a_manifest_that_holds(sent: Path):
    told = json.loads((sent / f"{STEM}.manifest.json").read_text(encoding="utf-8"))
    assert (told["format"], told["version"], told["from"], told["to"], told["rows"]) == ("hedui-exchange", 1, ["990101"], "990102", 4)
    assert told["sha256"] == sha256_of(sent / f"{STEM}.csv")
    rows = list(csv.DictReader((sent / f"{STEM}.csv").open(encoding="utf-8-sig")))
    assert list(rows[0]) == list(COLUMNS.values())
    assert {row["性别代码"] for row in rows} == {"1", "2"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in sent.iterdir())


def test_the_next_night_asks_after_a_child_whom_nobody_here_knows_and_after_no_other(sent: Path, there: Night):
    told, faults = taken(there, sent)
    assert (told.files_taken, told.taken, told.returned, faults) == (1, 4, 0, [])
    rows = listed(there, "2026-11-02")
    assert set(rows) == {"2026-06-02", "2026-06-04"}, "the registered one is not asked after, nor one that may be a child who died"
    assert rows["2026-06-02"]["已见登记"].startswith("外县 √")
    assert "外县" not in rows["2026-06-04"]["已见登记"], "a report of our own speaks for it"
    finding_id = state.finding_of_task(there.settings, rows["2026-06-02"]["任务编号"])
    said = explain.explain(finding_id, there.settings)
    assert "another county's exchange file" in said and "2026-06-02" not in said
    again = listed(there, "2026-11-03")
    assert again["2026-06-02"]["任务编号"] == rows["2026-06-02"]["任务编号"]
    assert state.finding_history(there.settings, finding_id)["event"].tolist() == ["opened", "issued"]


@pytest.mark.parametrize(("told_until", "asked_after"), [("2026-06-01", set()), ("2026-06-02", {"2026-06-02"})])
def test_a_child_is_not_asked_after_while_the_registry_that_tells_of_deaths_is_silent_about_its_day(
    sent: Path, there: Night, told_until: str, asked_after: set[str]
):
    taken(there, sent)
    there.delivers("hospital", status="last_good", period_to=day(told_until))
    assert set(listed(there, "2026-11-02")) == asked_after


def test_the_same_file_twice_changes_nothing(sent: Path, there: Night):
    taken(there, sent)
    told, _ = taken(there, sent / f"{STEM}.csv", sent)
    assert (told.files_taken, told.files_known, told.taken) == (0, 1, 0)


def test_a_child_of_whom_a_desk_said_that_it_died_is_left_in_peace_though_our_own_report_comes_later(
    sent: Path, there: Night, tmp_path: Path
):
    taken(there, sent)
    before = listed(there, "2026-11-02")["2026-06-02"]
    path = next((there.settings.home / "runs" / before["run"] / "worklists").glob("registration_desk-990102001.csv"))
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig")))
    for row in rows:
        row["核查结果"] = "C1" if row["任务编号"] == before["任务编号"] else ""
    with (tmp_path / path.name).open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    sheets, _ = read_worklists([tmp_path / path.name], titles())
    assert take_outcomes(sheets, there.settings, date(2026, 11, 2)).taken == 1
    there.given(
        "family_planning", "report_id | born_on | division_code | mother_name | child_sex\nF2 | 2026-06-02 | 990102001001 | 王乙 | 2"
    )
    assert set(listed(there, "2026-11-03")) == {"2026-06-04"}


def test_a_child_that_its_sender_no_longer_names_is_no_longer_asked_after(sent: Path, there: Night, night: Night, tmp_path: Path):
    taken(there, sent)
    assert "2026-06-02" in listed(there, "2026-11-02")
    rewritten(sent, tmp_path / "newer", lambda rows: [row for row in rows if row["出生日期"] != "2026-06-02"], as_of="2026-11-02")
    taken(there, tmp_path / "newer")
    assert set(listed(there, "2026-11-03")) == {"2026-06-04"}


def rewritten(sent: Path, into: Path, change, **said: object) -> Path:
    """The same file with other rows, under a manifest that fits it."""
    into.mkdir()
    rows = change(list(csv.DictReader((sent / f"{STEM}.csv").open(encoding="utf-8-sig"))))
    with (into / f"{STEM}.csv").open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    told = json.loads((sent / f"{STEM}.manifest.json").read_text(encoding="utf-8")) | {"sha256": sha256_of(into / f"{STEM}.csv")} | said
    (into / f"{STEM}.manifest.json").write_text(json.dumps(told), encoding="utf-8")
    return into


def spoiled(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    rows[0]["出生日期"], rows[1]["现住址区划代码"], rows[2]["性别代码"], rows[2]["母亲姓名"] = "近日", "990101001001", "7", ""
    return rows


def test_rows_that_cannot_be_taken_go_back_with_what_to_do_and_the_others_are_taken(sent: Path, there: Night, tmp_path: Path):
    told, faults = taken(there, rewritten(sent, tmp_path / "spoiled", spoiled))
    assert (told.taken, told.returned, faults) == (1, 3, [])
    assert dict(told.reasons) == {"day_unreadable": 1, "not_here": 1, "sex_unknown": 1, "empty": 1}
    rows = list(csv.DictReader(told.files[0].open(encoding="utf-8-sig")))
    assert [row["行号"] for row in rows] == ["2", "3", "4"]
    assert all(len(row["请这样处理"]) > 10 for row in rows)
    assert "李甲" not in told.files[0].read_text(encoding="utf-8")


def test_a_slip_in_a_newer_file_makes_nobody_be_forgotten(sent: Path, there: Night, tmp_path: Path):
    taken(there, sent)
    assert taken(there, rewritten(sent, tmp_path / "spoiled", spoiled))[0].returned == 3
    assert "2026-06-02" in listed(there, "2026-11-02")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"sha256": "0" * 64}, "exchange.checksum"),
        ({"version": 2}, "exchange.version"),
        ({"to": "990103"}, "exchange.not_ours"),
        ({"from": []}, "exchange.manifest"),
        ({"as_of": "soon"}, "exchange.manifest"),
    ],
)
def test_a_file_that_is_not_what_its_manifest_says_is_refused_whole(sent: Path, there: Night, tmp_path: Path, said: dict, code: str):
    told, faults = taken(there, rewritten(sent, tmp_path / "other", lambda rows: rows, **said))
    assert ([fault.code for fault in faults], told.files_taken) == ([code], 0)
    assert not (there.settings.home / "exchange").exists()


def test_a_column_that_the_format_does_not_have_refuses_the_file(sent: Path, there: Night, tmp_path: Path):
    told, faults = taken(there, rewritten(sent, tmp_path / "other", lambda rows: [row | {"备注": "x"} for row in rows]))
    assert ([fault.code for fault in faults], told.files_taken) == (["exchange.columns"], 0)


def test_what_a_registry_is_asked_to_correct_leaves_by_number_and_its_next_delivery_says_what_became_of_it(night: Night):
    night.given(
        "hospital",
        "birth_record_id | birth | born_at | child_sex | mother_name\n"
        + "\n".join(f"H{n} | b{n} | 2026-06-0{n} | 1 | 李甲" for n in range(1, 5)),
    )
    night.given(
        "hukou",
        "registration_id | birth | born_on | child_sex | mother_name\n"
        + "\n".join(f"R{n} | b{n} | 2026-06-0{n} | 2 | 李甲" for n in range(1, 5)),
    )
    night.pairs("left | right | sex\n" + "\n".join(f"hospital/H{n} | hukou/R{n} | different" for n in range(1, 5)))
    first = night.on("2026-10-30").run
    publish.night(first.run_id)
    rows = list(csv.DictReader((first.worklists / "exchange" / "corrections-hukou.csv").open(encoding="utf-8-sig")))
    assert {(row["本登记编号"], row["项目代码"], row["本登记所填"]) for row in rows} == {(f"R{n}", "child_sex", "女") for n in range(1, 5)}
    assert "李甲" not in (first.worklists / "exchange" / "corrections-hukou.csv").read_text(encoding="utf-8")
    for row in night.rows:
        row["child_sex"] = {"R1": "1", "H3": "2"}.get(row["record_id"], row["child_sex"])
    night.rows = [row for row in night.rows if row["record_id"] != "R2"]
    night.births = [row for row in night.births if row["record_id"] != "R2"]
    night.pair_rows = [row for row in night.pair_rows if row["record_id_right"] == "R4"]
    second = night.on("2026-10-31").run
    publish.night(second.run_id)
    counts = json.loads((second.worklists / "stage.json").read_text(encoding="utf-8"))["counts"]
    fates = {name: counts[f"corrections_hukou_{name}"] for name in ("corrected", "gone", "settled", "unchanged", "not_delivered")}
    assert fates == {"corrected": 1, "gone": 1, "settled": 1, "unchanged": 1, "not_delivered": 0}
    rows = list(csv.DictReader((second.worklists / "exchange" / "corrections-hukou.csv").open(encoding="utf-8-sig")))
    assert [(row["本登记编号"], row["首次请核日期"]) for row in rows] == [("R4", "2026-10-30")]
