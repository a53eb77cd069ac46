"""A delivery is landed once and unchanged: what lies on the disk, what its manifest says, and what the next night makes of it."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from connectors.digest import ContentDigest
from connectors.land import land, night
from connectors.sources import DropFolder
from connectors.text_columns import as_text
from sql import state
from tests.connectors.conftest import fill
from tests.connectors.deliveries import HUKOU, grid_of, rows_of, save_csv, save_xlsx
from vocabulary.errors import DeliveryRefused, Unreachable
from vocabulary.runs import Run, sha256_of
from vocabulary.settings import Settings

TEXT = dict.fromkeys(HUKOU.column_names, sa.Text())


def table_of(rows: list[dict[str, str | None]]):
    import pyarrow as pa

    return pa.table({name: as_text([row[name] for row in rows]).cast(pa.string()) for name in ("a", "b")})


def digest(*batches: list[dict[str, str | None]]) -> str:
    grown = ContentDigest(("a", "b"))
    for batch in batches:
        grown.add(table_of(batch))
    return grown.hexdigest()


CELL = st.one_of(st.none(), st.text("ab1:-,\n", max_size=4))
ROWS = st.lists(st.fixed_dictionaries({"a": CELL, "b": CELL}), max_size=8)


@given(ROWS, st.randoms(use_true_random=False))
def test_rows_in_another_order_or_in_other_chunks_have_the_same_digest(rows, shuffled: random.Random):
    other = rows.copy()
    shuffled.shuffle(other)
    assert digest(rows) == digest(other) == digest(other[:3], other[3:])


@given(ROWS, ROWS)
def test_other_rows_have_another_digest(one, other):
    def key(rows):
        return sorted(json.dumps(row, sort_keys=True) for row in rows)

    assert (digest(one) == digest(other)) == (key(one) == key(other))


def test_the_manifest_says_what_was_delivered(run, drop):
    path = save_csv(drop / "hukou_20261029.csv", grid_of(HUKOU, rows_of(HUKOU, 9)), "gb18030")
    manifest = land(run, HUKOU, DropFolder(drop))
    folder = run.landing / "hukou"
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8")) == manifest
    assert {name: manifest[name] for name in ("registry", "source", "status", "rows", "period", "as_of", "notes")} == {
        "registry": "hukou",
        "source": drop.as_uri(),
        "status": "new",
        "rows": 9,
        "period": {"from": "2026-01-02", "to": "2026-01-10"},
        "as_of": "2026-10-29",
        "notes": [],
    }
    assert {file["name"]: (file["sha256"], file["rows"]) for file in manifest["files"]} == {
        "part-00000.parquet": (sha256_of(folder / "part-00000.parquet"), 9),
        "original/hukou_20261029.csv": (sha256_of(path), 9),
    }


def test_the_delivered_files_are_kept_byte_for_byte_and_only_their_owner_may_read_them(run, drop):
    path = save_xlsx(drop / "hukou.xlsx", grid_of(HUKOU, rows_of(HUKOU)))
    land(run, HUKOU, DropFolder(drop))
    assert (run.landing / "hukou" / "original" / "hukou.xlsx").read_bytes() == path.read_bytes()
    modes = {found.name: oct(found.stat().st_mode & 0o777) for found in [run.landing, *run.landing.rglob("*")]}
    assert set(modes.values()) == {"0o700", "0o600"}
    assert {name for name, mode in modes.items() if mode == "0o700"} == {"landing", "hukou", "original"}


def test_the_parts_of_a_delivery_are_landed_together(run, drop):
    grid = grid_of(HUKOU, rows_of(HUKOU, 8))
    save_csv(drop / "hukou_part1.csv", grid[:5])
    save_csv(drop / "hukou_part2.csv", [grid[0], *grid[5:]], "gb18030")
    manifest = land(run, HUKOU, DropFolder(drop))
    assert (manifest["rows"], [file["rows"] for file in manifest["files"]]) == (8, [8, 4, 4])


@pytest.mark.parametrize(
    ("births", "period"),
    [
        (["2026-01-05"] * 50 + ["2026.3.9"] * 50, ("2026-01-05", "2026-03-09")),
        (["2026-01-05"] * 99 + ["1926-01-05"], ("2026-01-05", "2026-01-05")),
        (["2026-01-05"] * 99 + ["2062-01-05"], ("2026-01-05", "2026-01-05")),
        (["2026-01-05"] * 5 + ["不详", "2026-02-30", ""], ("2026-01-05", "2026-01-05")),
        (["2023-05-01"] * 10 + ["2026-01-05"] * 50, ("2023-05-01", "2026-01-05")),
        (["2025-03-01", "2026-01-05"], ("2025-03-01", "2026-01-05")),
    ],
)
def test_the_period_is_that_of_the_births_without_slips(run, drop, births, period):
    rows = [row | {"born_on": born} for row, born in zip(rows_of(HUKOU, len(births)), births, strict=True)]
    save_csv(drop / "hukou.csv", grid_of(HUKOU, rows))
    assert land(run, HUKOU, DropFolder(drop))["period"] == dict(zip(("from", "to"), period, strict=True))


def next_run(run: Run, number: int = 2) -> Run:
    made = Run(f"2026-10-31-{number:03d}", date(2026, 10, 31), run.home)
    made.create()
    return made


def test_the_same_rows_the_next_night_are_the_same_delivery_and_kept_once(run, tmp_path):
    rows = rows_of(HUKOU, 40)
    first = land(run, HUKOU, fill(f"sqlite:///{tmp_path / 'a.db'}", HUKOU.table, TEXT, rows))
    later = next_run(run)
    second = land(later, HUKOU, fill(f"sqlite:///{tmp_path / 'b.db'}", HUKOU.table, TEXT, rows[::-1]), first | {"run_id": run.run_id})
    assert (second["status"], second["unchanged_from"], second["delivery_id"]) == ("unchanged", run.run_id, first["delivery_id"])
    part = Path("hukou/part-00000.parquet")
    assert (run.landing / part).samefile(later.landing / part)
    assert second["files"] == first["files"]


def test_one_changed_cell_is_another_delivery(run, tmp_path):
    rows = rows_of(HUKOU, 40)
    first = land(run, HUKOU, fill(f"sqlite:///{tmp_path / 'a.db'}", HUKOU.table, TEXT, rows))
    later = next_run(run)
    rows[7]["mother_name"] += " "
    second = land(later, HUKOU, fill(f"sqlite:///{tmp_path / 'b.db'}", HUKOU.table, TEXT, rows), first | {"run_id": run.run_id})
    assert second["status"] == "new"
    assert second["delivery_id"] != first["delivery_id"]


def test_an_earlier_part_that_was_tampered_with_is_not_linked(run, tmp_path):
    source = fill(f"sqlite:///{tmp_path / 'a.db'}", HUKOU.table, TEXT, rows_of(HUKOU))
    first = land(run, HUKOU, source)
    (run.landing / "hukou" / "part-00000.parquet").write_bytes(b"something else")
    second = land(next_run(run), HUKOU, source, first | {"run_id": run.run_id})
    assert second["status"] == "new"
    assert second["delivery_id"] == first["delivery_id"]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, drop: Path) -> Settings:
    monkeypatch.setenv("HEDUI_HUKOU", drop.as_uri())
    return Settings.from_environment()


def test_a_night_lands_records_and_does_nothing_twice(settings, drop):
    save_csv(drop / "hukou.csv", grid_of(HUKOU, rows_of(HUKOU)))
    run_id = state.open_run(date(2026, 10, 31))
    delivery_id = night(run_id, "hukou")
    state.mark_accepted(settings, run_id, "hukou", 6)
    assert state.last_good_delivery(settings, "hukou")["delivery_id"] == delivery_id
    written = (settings.home / "runs" / run_id / "landing" / "hukou" / "manifest.json").stat().st_mtime_ns
    save_csv(drop / "hukou.csv", grid_of(HUKOU, rows_of(HUKOU, 2)))
    assert night(run_id, "hukou") == delivery_id
    assert (settings.home / "runs" / run_id / "landing" / "hukou" / "manifest.json").stat().st_mtime_ns == written


def test_the_next_night_knows_the_delivery_again(settings, drop):
    save_csv(drop / "hukou.csv", grid_of(HUKOU, rows_of(HUKOU)))
    first = state.open_run(date(2026, 10, 30))
    delivery_id = night(first, "hukou")
    state.mark_accepted(settings, first, "hukou", 6)
    second = state.open_run(date(2026, 10, 31))
    assert night(second, "hukou") == delivery_id
    manifest = json.loads((settings.home / "runs" / second / "landing" / "hukou" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["status"], manifest["unchanged_from"]) == ("unchanged", first)


def test_a_refusal_is_written_down_and_the_next_try_of_the_night_replaces_it(settings, drop):
    run_id = state.open_run(date(2026, 10, 31))
    with pytest.raises(DeliveryRefused):
        night(run_id, "hukou")
    refused = settings.home / "runs" / run_id / "landing" / "hukou" / "refused.json"
    told = json.loads(refused.read_text(encoding="utf-8"))
    assert (told["exit_code"], [fault["code"] for fault in told["faults"]]) == (3, ["delivery.not_found"])
    save_csv(drop / "hukou.csv", grid_of(HUKOU, rows_of(HUKOU)))
    assert night(run_id, "hukou")
    assert not refused.exists()


def test_a_delivery_that_comes_after_the_night_went_on_is_not_landed_under_it(settings, drop):
    run_id = state.open_run(date(2026, 10, 31))
    with pytest.raises(DeliveryRefused):
        night(run_id, "hukou")
    (settings.home / "runs" / run_id / "accepted").mkdir()
    save_csv(drop / "hukou.csv", grid_of(HUKOU, rows_of(HUKOU)))
    with pytest.raises(DeliveryRefused) as caught:
        night(run_id, "hukou")
    assert [fault.code for fault in caught.value.faults] == ["delivery.too_late"]


def test_an_unreachable_source_is_written_down_too(settings, drop, monkeypatch):
    monkeypatch.setenv("HEDUI_HUKOU", "file:///nowhere/at/all")
    run_id = state.open_run(date(2026, 10, 31))
    with pytest.raises(Unreachable):
        night(run_id, "hukou")
    told = json.loads((settings.home / "runs" / run_id / "landing" / "hukou" / "refused.json").read_text(encoding="utf-8"))
    assert told["faults"][0]["code"] == "source.missing_folder"
