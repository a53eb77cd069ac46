"""Which model an installation links by, and that nights linked by changes can be linked anew from what they say, to the last byte."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from matching.changes.grounds import grounds_of
from matching.changes.tonight import Since
from matching.engine import learnt, prepared
from matching.link import BASIS, link_again, night
from matching.model.files import model_path, read_spec
from matching.model.installed import adopt, adoptions, digest_of, installed
from matching.model.learned import Model
from matching.model.saved import as_saved, read_model, write_model
from matching.records import as_arrow, read_records
from tests.matching.test_changes import changed, county  # noqa: F401 - a fixture
from vocabulary.errors import Refusal
from vocabulary.parquet_files import read_frame, read_table
from vocabulary.runs import Run, private_folder, write_parquet

BIRTHS = read_spec(model_path("births"))
FIRST = date(2026, 10, 5)


def a_model(today) -> Model:
    table = pa.Table.from_pandas(today, preserve_index=False)
    return learnt(prepared(read_records(as_arrow(table, BIRTHS), BIRTHS), BIRTHS), BIRTHS)


def linked_nights(home, today, everyone, count: int = 3) -> list[Run]:
    """Nights that follow each other, with arrivals and corrections; each knows what the ones before called their births."""
    rng, runs, known = np.random.default_rng(5), [], pd.DataFrame(columns=["registry", "record_id", "birth_id"], dtype="string")
    for number in range(count):
        day = FIRST + timedelta(days=number)
        run = Run(f"{day}-001", day, home, ())
        run.create()
        private_folder(run.accepted)
        write_parquet(today, run.accepted / "record.parquet")
        write_parquet(known, run.accepted / "known_birth.parquet")
        night(run.run_id)
        told = read_frame(run.linked / "birth_record.parquet", list(known.columns)).astype("string")
        known = pd.concat([told, known]).drop_duplicates(["registry", "record_id"]).sort_values(["registry", "record_id"])
        runs.append(run)
        today = changed(today, everyone, rng, 0.05)
    return runs


def test_a_learnt_model_says_the_same_as_its_file(county, tmp_path):  # noqa: F811
    model = a_model(county[1])
    assert digest_of(read_model(write_model(model, tmp_path / "model.json"))) == digest_of(model) == digest_of(as_saved(model))
    assert all(np.array_equal(model.shared[name], as_saved(model).shared[name]) for name in model.shared)


def test_nights_of_changes_are_linked_anew_to_the_last_byte(county, tmp_path, monkeypatch):  # noqa: F811
    everyone, today, _ = county
    monkeypatch.setenv("HEDUI_HOME", str(tmp_path / "home"))
    runs = linked_nights(tmp_path / "home", today, everyone)
    grounds = grounds_of(read_table(runs[0].accepted / "record.parquet"), BIRTHS)
    for run in runs:
        told = json.loads((run.linked / BASIS).read_text())
        assert told == Since(runs[0].run_id, FIRST, digest_of(BIRTHS)).as_record()
        again = Run(run.run_id, run.as_of, tmp_path / "again", ())
        private_folder(again.folder)
        again.accepted.symlink_to(run.accepted)
        link_again(again, BIRTHS, Since(runs[0].run_id, FIRST, digest_of(BIRTHS)), None if run is runs[0] else grounds)
        for name in ("birth_record.parquet", "pair.parquet", "model.json"):
            assert (again.linked / name).read_bytes() == (run.linked / name).read_bytes(), (run.run_id, name)


def test_an_adopted_model_links_from_the_next_night_on_and_the_way_back_is_open(county, tmp_path, monkeypatch):  # noqa: F811
    everyone, today, _ = county
    home = tmp_path / "home"
    monkeypatch.setenv("HEDUI_HOME", str(home))
    assert installed(home) == BIRTHS
    model = a_model(today)
    adopt(home, model, "as compared", "adopt")
    assert digest_of(installed(home)) == digest_of(model) != digest_of(BIRTHS)
    (run,) = linked_nights(home, today, everyone, 1)
    assert digest_of(read_model(run.linked / "model.json")) == digest_of(model)
    adopt(home, None, "too many questions", "back")
    assert installed(home) == BIRTHS
    assert [entry["reason"] for entry in adoptions(home)] == ["as compared", "too many questions"]
    assert (home / "models" / "0001.json").is_file(), "nothing is lost"


def test_a_file_that_is_not_what_was_adopted_links_nothing(county, tmp_path):  # noqa: F811
    adopt(tmp_path, a_model(county[1]), "as compared", "adopt")
    path = tmp_path / "models" / "0001.json"
    path.write_text(path.read_text().replace('"sampled": 1', '"sampled": 2'))
    with pytest.raises(Refusal, match=r"matching\.adopted_harmed"):
        installed(tmp_path)
