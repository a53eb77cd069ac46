"""A registry that is missing, empty, truncated, blocked, wrongly encoded or broken: exit code, message, findings (issue 2's table)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from demo import deliver
from tests.night.conftest import County
from vocabulary.registries import REGISTRIES

RESTS_ON_HUKOU = ("not_registered",)


def dropped(county: County) -> None:
    with county.database("hukou").begin() as connection:
        connection.execute(sa.text("DROP TABLE hukou_registration"))


def emptied(county: County) -> None:
    county.put("hukou", county.table("hukou").iloc[:0])


def truncated(county: County) -> None:
    county.put("hukou", county.table("hukou").iloc[:100])


def narrowed(county: County) -> None:
    county.put("hukou", county.table("hukou").drop(columns=["mother_name"]))


def unreachable(county: County) -> None:
    point(county, "sqlite:////nowhere/at/all.db")


def unset(county: County) -> None:
    point(county, None)


def blocked_column(county: County) -> None:
    delivered(county, lambda rows: rows.assign(**{"孩次": 1}), "utf-8-sig")


def unknown_column(county: County) -> None:
    delivered(county, lambda rows: rows.assign(**{"备用一": "x"}), "utf-8-sig")


def wrong_encoding(county: County) -> None:
    delivered(county, lambda rows: rows, "utf-16")


def nothing_delivered(county: County) -> None:
    (county.folder / "drop").mkdir()
    point(county, (county.folder / "drop").as_uri())


def stale(county: County) -> None:
    county.put("hukou", county.table("hukou").assign(updated_at="2026-09-01 00:00:00"))


def point(county: County, url: str | None) -> None:
    import os

    if url is None:
        del county.environment["HEDUI_HUKOU"], os.environ["HEDUI_HUKOU"]
    else:
        county.environment["HEDUI_HUKOU"] = os.environ["HEDUI_HUKOU"] = url


def delivered(county: County, change, encoding: str) -> None:
    folder = county.folder / "drop"
    folder.mkdir()
    rows = change(county.table("hukou").astype(str))
    (folder / "hukou_registration.csv").write_bytes(rows.to_csv(index=False).encode(encoding))
    age(folder)
    point(county, folder.as_uri())


def age(folder: Path) -> None:
    """As if delivered an hour ago: a file that may still be written is left alone."""
    import os
    import time

    for path in folder.rglob("*"):
        os.utime(path, (time.time() - 3600,) * 2)


CASES = [
    # what happened       exit  code of the fault              status after a good night before
    (dropped,             3, "source.missing_table",           "last_good"),
    (emptied,             3, "accepted.empty",                 "last_good"),
    (truncated,           3, "accepted.volume",                "last_good"),
    (narrowed,            3, "source.missing_column",          "last_good"),
    (unreachable,         3, "source.missing_file",             "last_good"),
    (unset,               3, "source.not_configured",          "last_good"),
    (blocked_column,      3, "delivery.blocked_column",        "last_good"),
    (unknown_column,      3, "delivery.unknown_column",        "last_good"),
    (wrong_encoding,      3, "delivery.encoding",              "last_good"),
    (nothing_delivered,   3, "delivery.not_found",                  "last_good"),
    (stale,               3, "accepted.stale",                 "last_good"),
]  # fmt: skip
QUICK = (dropped, truncated, unset, blocked_column)
"""One of each way to fail; a night of the others takes as long, and is for `make test-long`."""


def of_each_way(cases):
    """Cases as parameters by the name of what happened, the less telling ones as long tests."""
    return [pytest.param(*case, id=case[0].__name__, marks=() if case[0] in QUICK else pytest.mark.long) for case in cases]


@pytest.mark.parametrize(("spoil", "exit_code", "code", "status"), of_each_way(CASES))
def test_a_bad_delivery_after_a_good_night_withholds_what_rests_on_it_and_the_rest_goes_on(settled, spoil, exit_code, code, status):
    county, good = settled
    spoil(county)
    bad = county.night()
    assert bad["exit_code"] == exit_code
    assert [fault["code"] for fault in bad["faults"]] == [code]
    assert bad["faults"][0]["text"].startswith(f"[{code}] ")
    assert {row["registry"]: row["status"] for row in bad["registries"]} == {
        name: status if name == "hukou" else "fresh" for name in REGISTRIES
    }
    for kind in RESTS_ON_HUKOU:
        assert good["findings"][kind] > 0
        assert bad["findings"][kind] == 0
    assert bad["findings"]["not_reported"] > 0
    assert list((Path(bad["folder"]) / "worklists").glob("*.xlsx"))


@pytest.mark.parametrize("spoil", of_each_way([(one,) for one in (dropped, emptied, unreachable, unset, blocked_column, wrong_encoding)]))
def test_on_a_first_night_an_absent_registry_is_never_said_to_lack_a_child(county, spoil):
    spoil(county)
    told = county.night()
    assert told["exit_code"] == 3
    assert told["findings"]["not_registered"] == 0
    assert {row["registry"]: row["status"] for row in told["registries"]}["hukou"] == "absent"


def test_a_registry_withheld_for_a_night_closes_no_finding(settled):
    from sql import state
    from vocabulary.settings import Settings

    county, _ = settled
    settings = Settings.from_environment(county.environment)
    open_before = set(state.open_findings(settings).query("kind == 'not_registered'")["finding_id"])
    dropped(county)
    county.night()
    assert open_before
    assert open_before <= set(state.open_findings(settings)["finding_id"])


@pytest.mark.parametrize("registry", list(REGISTRIES))
def test_five_broken_rows_in_a_hundred_are_set_aside_with_their_reasons_and_nobody_is_said_to_be_absent_for_them(settled, registry):
    county, good = settled
    rows = county.table(registry).astype(object)
    broken = rows.sample(frac=0.05, random_state=1).index
    rows.loc[broken, "child_sex"] = "X"
    county.put(registry, rows)
    told = county.night()
    assert told["exit_code"] == 0
    counts = {row["registry"]: row["rows_quarantined"] for row in told["registries"]}
    assert counts[registry] >= len(broken)
    aside = pd.read_parquet(Path(told["folder"]) / "accepted" / "quarantine" / f"{registry}.parquet")
    assert aside["reasons"].str.len().gt(0).all()
    listed = {
        name: set(county.finding(one).query("kind == 'not_registered'")["birth_id"]) for name, one in (("good", good), ("told", told))
    }
    assert len(listed["told"] - listed["good"]) <= 0.02 * max(len(listed["good"]), 50)


def test_an_office_may_deliver_files_instead_and_the_night_is_the_same(settled):
    from vocabulary.settings import source_variable

    county, first = settled
    import os

    for name, style in zip(REGISTRIES, ("csv_gb18030", "csv_bom", "xlsx"), strict=True):
        folder = county.folder / f"drop-{name}"
        deliver.as_files(county_of(county), folder, name, style=style)
        age(folder)
        county.environment[source_variable(name)] = os.environ[source_variable(name)] = folder.as_uri()
    second = county.night()
    assert second["exit_code"] == 0, second["faults"]
    assert second["findings"]["not_registered"] == first["findings"]["not_registered"]


def county_of(county: County):
    from datetime import date

    from demo.county import County as Built

    folder = county.folder
    databases = {name: folder / f"{name}.db" for name in REGISTRIES}
    urls = {name: f"sqlite:///{path}" for name, path in databases.items()}
    return Built(folder, urls, databases, folder / "areas.csv", folder / "truth", ("990101",), date(2026, 10, 31), 400, 7, "normal")


def test_with_no_registry_at_all_the_command_says_which_settings_are_missing(capsys, monkeypatch, tmp_path):
    import sys

    from hedui import main

    monkeypatch.setattr(sys, "argv", ["hedui", "nightly", "--as-of", "2026-10-31"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 2
    assert "[settings.source_missing] HEDUI_*" in capsys.readouterr().err
