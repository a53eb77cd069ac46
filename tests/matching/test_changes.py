"""Nights that look at changes only: whatever changed, the answer is that of linking everything by the same model."""

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.changes.base import changes_since
from matching.changes.base_files import SOURCES, read_base, write_base
from matching.changes.relink import relinked
from matching.decide.entity_ids import Known
from matching.kernel.compiled import sources
from matching.link import Earlier, link, night
from tests.matching.test_county import accepted
from vocabulary.findings import Decision
from vocabulary.runs import Run, private_folder, write_parquet

SHUFFLED = ["child_name", "mother_name", "mother_id_number", "father_name", "certificate_no", "division_code"]


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    from demo import build

    records = accepted(build(tmp_path_factory.mktemp("county"), 250, seed=38, severity="hard").databases)
    half = records.sample(frac=0.9, random_state=1).sort_index()
    return records, half, link(half, earlier=Earlier(keep=True), name="birth_id")


def changed(today: pd.DataFrame, everyone: pd.DataFrame, rng, share: float) -> pd.DataFrame:
    """Another night's records: some are gone, some are new, in some a value is another record's, some were born on another day."""
    told = today[rng.random(len(today)) >= share / 4]
    new = everyone[~everyone["record_id"].isin(today["record_id"]) & (rng.random(len(everyone)) < share)]
    told = pd.concat([told, new], ignore_index=True)
    for column in SHUFFLED:
        rows = np.flatnonzero(rng.random(len(told)) < share / 6)
        told.loc[rows, column] = told[column].to_numpy()[rng.integers(0, len(told), len(rows))]
    rows = np.flatnonzero(told["born_on"].notna() & (rng.random(len(told)) < share / 6))
    told.loc[rows, "born_on"] = [day + timedelta(days=int(rng.integers(-3, 4))) for day in told["born_on"][rows]]
    return told.sample(frac=1, random_state=int(rng.integers(1 << 30))).reset_index(drop=True)


def decided(today: pd.DataFrame, pairs: pd.DataFrame, rng, many: int) -> dict[str, list[str]]:
    """Decided pairs: of those worth knowing, and of any two records."""
    told = pairs.sample(min(many, len(pairs)), random_state=int(rng.integers(1 << 30)))
    sides = {
        f"{name}_{side}": told[f"{name}_{side}"].astype(str).tolist() for side in ("left", "right") for name in ("registry", "record_id")
    }
    for side in ("left", "right"):
        any_of = today.iloc[rng.integers(0, len(today), 2)]
        sides[f"registry_{side}"] += any_of["registry"].tolist()
        sides[f"record_id_{side}"] += any_of["record_id"].tolist()
    size = len(sides["registry_left"])
    return sides | {"decision": [str(rng.choice([str(Decision.LINK), str(Decision.APART)])) for _ in range(size)]}


def same(base, full) -> None:
    """The same entities, ids, pairs, levels and decisions; weights to a billionth."""
    for mine, other in ((base.answer, full.record), (base.pair, full.pair)):
        one, two = mine.to_pandas(), other.to_pandas()
        pd.testing.assert_frame_equal(one, two, check_exact=False, rtol=0, atol=1e-9, check_categorical=False)
    assert (base.component == full.base.component).all()
    assert (base.keys == full.base.keys).all()
    assert (base.fingerprint == full.base.fingerprint).all()
    assert set(base.retired.to_pylist()) == set(full.base.retired.to_pylist())
    assert (base.decided == full.base.decided).all()
    assert (base.found.first == full.base.found.first).all()
    assert (base.found.second == full.base.found.second).all()


def as_if_everything(night: pd.DataFrame, base, before, decisions):
    """The full link of a night by the same model, after the same nights."""
    known = Known(before.answer["registry"], before.answer["record_id"], before.answer["birth_id"], before.retired)
    return link(night, base.model, earlier=Earlier(known, decisions, base.whole, keep=True), name="birth_id")


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.sampled_from([0.01, 0.1, 0.5]), people=st.sampled_from([0, 3]))
def test_nights_of_changes_give_the_answer_of_full_links(county, seed, share, people):
    everyone, today, first = county
    rng, base = np.random.default_rng(seed), first.base
    for _ in range(3):
        today = changed(today, everyone, rng, share)
        decisions = decided(today, base.pair.to_pandas(), rng, people) if people else None
        table = pa.Table.from_pandas(today, preserve_index=False)
        found, _ = relinked(base, table, changes_since(base, table), decisions, name="birth_id")
        same(found, as_if_everything(today, first.base, base, decisions))
        base = found


def test_a_base_is_read_as_it_was_written_and_only_by_the_sources_that_wrote_it(county, tmp_path):
    everyone, today, first = county
    write_base(first.base, tmp_path / "base")
    assert all(path.stat().st_mode & 0o077 == 0 for path in [tmp_path / "base", *(tmp_path / "base").iterdir()])
    told = read_base(tmp_path / "base")
    rng = np.random.default_rng(3)
    table = pa.Table.from_pandas(changed(today, everyone, rng, 0.05), preserve_index=False)
    mine, _ = relinked(told, table, changes_since(told, table), name="birth_id")
    other, _ = relinked(first.base, table, changes_since(first.base, table), name="birth_id")
    pd.testing.assert_frame_equal(mine.answer.to_pandas(), other.answer.to_pandas(), check_exact=False, rtol=0, atol=1e-9)
    path = tmp_path / "base" / "base.json"
    path.write_text(path.read_text().replace(sources(SOURCES), "of another version"))
    assert read_base(tmp_path / "base") is None
    assert read_base(tmp_path / "nothing") is None


def test_a_night_without_changes_changes_nothing(county):
    _, today, first = county
    table = pa.Table.from_pandas(today, preserve_index=False)
    changes = changes_since(first.base, table)
    assert len(changes.rows) == len(changes.gone) == 0
    found, counts = relinked(first.base, table, changes, name="birth_id")
    same(found, first)
    assert sum(count.pairs for count in counts) == 0


def test_what_changed_is_told_by_what_the_model_reads_alone(county):
    _, today, first = county
    told = today.assign(unread="x")
    told.loc[told.index[:5], "mother_name"] = "改过名"
    table = pa.Table.from_pandas(told.iloc[:-2], preserve_index=False)
    changes = changes_since(first.base, table)
    assert table["mother_name"].take(pa.array(changes.rows)).to_pylist() == ["改过名"] * 5
    assert len(changes.gone) == 7


def test_a_night_starts_from_the_night_before_and_the_first_of_a_month_from_nothing(county, tmp_path, monkeypatch):
    everyone, today, _ = county
    monkeypatch.setenv("HEDUI_HOME", str(tmp_path))
    rng, learnt_on, found = np.random.default_rng(5), {}, {}
    for day in (date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1)):
        run = Run(f"{day}-001", day, tmp_path, ())
        run.create()
        private_folder(run.accepted)
        write_parquet(today, run.accepted / "record.parquet")
        night(run.run_id)
        learnt_on[day] = json.loads((run.folder / "base" / "since.json").read_text())["since"]
        found[day] = (run.linked / "model.json").read_bytes(), set(pd.read_parquet(run.linked / "birth_record.parquet")["record_id"])
        assert found[day][1] == set(today["record_id"])
        kept = sorted(path.parent.name for path in tmp_path.glob("runs/*/base"))
        assert kept == [f"{night_of}-001" for night_of in sorted(found)[-2:]], "bases before the one that it started from are deleted"
        today = changed(today, everyone, rng, 0.05)
    assert list(learnt_on.values()) == ["2026-10-30", "2026-10-30", "2026-11-01"]
    models = [model for model, _ in found.values()]
    assert models[0] == models[1] != models[2]
