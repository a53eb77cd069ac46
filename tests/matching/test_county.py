"""The sample county against its truth, and the night's files."""

import json
import sqlite3
import stat
from datetime import date

import pandas as pd
import pytest

from demo import build
from matching.evaluate import evaluate
from matching.link import night
from matching.model.saved import read_model, write_model
from tests.matching.tables import births, link
from vocabulary.contracts import RECORD_COLUMNS
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run, private_folder, write_parquet


def accepted(databases) -> pd.DataFrame:
    """The county's databases as accepted records, without the checks of intake."""
    parts = []
    for name, contract in REGISTRIES.items():
        with sqlite3.connect(databases[name]) as source:
            told = pd.read_sql(f"SELECT * FROM {contract.table}", source, dtype=object)
        fields = {field: told[column] for column in contract.column_names for field in contract.fields_of(column)}
        fields["born_on"] = pd.to_datetime(fields.get("born_on", fields.get("born_at"))).dt.date
        parts.append(pd.DataFrame(fields).assign(registry=name))
    records = pd.concat(parts, ignore_index=True).reindex(columns=list(RECORD_COLUMNS))
    return records.assign(area_code=records["division_code"]).sort_values(["registry", "record_id"], ignore_index=True)


@pytest.fixture(scope="module", params=["normal", "hard"])
def county(request, tmp_path_factory):
    built = build(tmp_path_factory.mktemp(request.param), 500, seed=31, severity=request.param)
    return request.param, accepted(built.databases), pd.read_parquet(built.truth / "record.parquet")


def test_the_county_is_linked_as_its_truth_says(county):
    severity, records, truth = county
    quality = evaluate(link(records).birth_record, truth, "true_birth_id")
    assert quality.f1 >= {"normal": 0.995, "hard": 0.985}[severity]
    assert quality.by_kind["hospital", "hukou"].recall >= 0.985


def test_every_true_pair_is_looked_at(county):
    severity, records, truth = county
    linked = link(records)
    pairs = {frozenset(pair) for pair in zip(linked.pair["record_id_left"], linked.pair["record_id_right"], strict=True)}
    both = truth.merge(truth, on="true_birth_id")
    true = {frozenset(pair) for pair in zip(both["record_id_x"], both["record_id_y"], strict=True) if len(set(pair)) == 2}
    assert len(true & pairs) / len(true) >= {"normal": 0.998, "hard": 0.99}[severity]


def test_a_review_list_can_be_read_by_a_person(county):
    _, records, _ = county
    assert (link(records).pair["decision"] == "review").sum() <= 15


def test_the_night_writes_its_tables_once_and_privately(county, tmp_path, monkeypatch):
    _, records, _ = county
    monkeypatch.setenv("HEDUI_HOME", str(tmp_path))
    run = Run("2026-10-31-1", date(2026, 10, 31), tmp_path, ())
    run.create()
    private_folder(run.accepted)
    write_parquet(records.sample(frac=1, random_state=5), run.accepted / "record.parquet")
    first = link(records)
    kept = first.birth_record.assign(birth_id="kept-" + first.birth_record["birth_id"])
    write_parquet(kept[["registry", "record_id", "birth_id"]], run.accepted / "known_birth.parquet")
    assert night(run.run_id) == run.run_id
    written = {path.name: path.read_bytes() for path in run.linked.iterdir()}
    assert night(run.run_id) == run.run_id
    assert {path.name: path.read_bytes() for path in run.linked.iterdir()} == written, (
        "a second call finds the stage whole and does nothing"
    )
    told = pd.read_parquet(run.linked / "birth_record.parquet")
    assert told.columns.tolist() == ["birth_id", "registry", "record_id", "match_probability"]
    assert births(told) == births(first.birth_record), "rows in another order are the same answer"
    assert told["birth_id"].str.startswith("kept-").all()
    assert json.loads((run.linked / "stage.json").read_text())["counts"]["births"] == told["birth_id"].nunique()
    assert {stat.S_IMODE(path.stat().st_mode) for path in run.linked.iterdir()} == {0o600}
    names = set(records["mother_name"].dropna()) | set(records["mother_id_number"].dropna())
    model = (run.linked / "model.json").read_text(encoding="utf-8")
    assert not any(f'"{name}"' in model for name in names), "a model holds no person's value"
    assert read_model(run.linked / "model.json").spec == first.model.spec


def test_a_saved_model_links_without_training(county, tmp_path):
    _, records, truth = county
    model = link(records).model
    again = read_model(write_model(model, tmp_path / "model.json"))
    assert evaluate(link(records, again).birth_record, truth, "true_birth_id").f1 >= 0.985
