"""`hedui train`: what a model learns, from whom, and which model is not written because its errors fall on some (docs/rights.md R10)."""

import json
import stat

import numpy as np
import pandas as pd
import pytest

from demo import build
from hedui import link as link_command
from hedui import train as command
from hedui.main import main
from hedui.tables import read_tables
from matching.decide.review import expected_cost
from matching.model.files import model_path, read_spec
from matching.model.saved import model_document, read_model
from matching.parity import errors_by_label
from matching.train import train
from matching.truth import truth_of_labels
from tests.matching.tables import decisions, records
from tests.matching.test_county import accepted
from vocabulary.errors import ConfigurationError, GateRefused
from vocabulary.findings import Decision
from vocabulary.names import name_kind

DOTTED = 40
BIRTHS = read_spec(model_path("births"))


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """Records of a county and the folder of its truth."""
    built = build(tmp_path_factory.mktemp("county"), 500, seed=12, severity="normal")
    return accepted(built.databases).drop(columns="division_code"), built.truth


def in_files(told, folder):
    """A Parquet file a registry, as `hedui train` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, part in told.groupby("registry"):
        paths.append(folder / f"{name}.parquet")
        part.drop(columns="registry").to_parquet(paths[-1], index=False)
    return [str(path) for path in paths]


@pytest.fixture(scope="module")
def tables(county, tmp_path_factory):
    return in_files(county[0], tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def unfair(county, tmp_path_factory):
    """A county whose register writes names with a dot in a way that nobody finds again: tables, truth, true pairs of those children, their names."""
    told, truth = county
    folder = tmp_path_factory.mktemp("unfair")
    record, birth = pd.read_parquet(truth / "record.parquet"), pd.read_parquet(truth / "birth.parquet")
    both = pairs_of(record)
    chosen = both["true_birth_id"].head(DOTTED)
    ids = both.loc[both["true_birth_id"].isin(chosen), "hukou"]
    told = told.set_index(["registry", "record_id"])
    rows = [("hukou", name) for name in ids]
    names = [f"阿依{chr(0x4E00 + 97 * place)}·买买提" for place in range(len(rows))]
    told.loc[rows, "child_name"] = names
    for column in ("mother_name", "father_name"):
        told.loc[rows, column] = [f"{chr(0x5000 + 131 * place)}古丽·{chr(0x5100 + 89 * place)}尔逊" for place in range(len(rows))]
    told.loc[rows, ["mother_id_number", "father_id_number", "certificate_no", "child_id_number"]] = None
    birth.loc[birth["true_birth_id"].isin(chosen), "name_kind"] = "dotted"
    (folder / "truth").mkdir()
    record.to_parquet(folder / "truth" / "record.parquet")
    birth.to_parquet(folder / "truth" / "birth.parquet")
    return in_files(told.reset_index(), folder / "tables"), folder / "truth", both, names


def pairs_of(record):
    """Children whom both the hospital and the register hold: true_birth_id, hospital, hukou."""
    first = record.drop_duplicates(["true_birth_id", "registry"]).pivot(index="true_birth_id", columns="registry", values="record_id")
    return first[["hospital", "hukou"]].dropna().reset_index()


def labels_of(pairs, decision=Decision.LINK):
    """Pairs as a steward decides them."""
    return decisions(*[("hospital", one.hospital, "hukou", one.hukou, str(decision)) for one in pairs.itertuples()])


def test_a_model_is_learnt_and_written_and_links(tables, county, tmp_path, capsys):
    out = tmp_path / "models" / "county.json"
    assert command.run(command.Wanted(tables, "births", out, key="record_id", truth=county[1]), as_json=True, quiet=True) == 0
    told = json.loads(capsys.readouterr().out)
    model = read_model(out)
    assert model_document(model) == model_document(train(county[0]))
    assert told["records"] == model.sizes
    assert told["comparisons"]["mother_id"]["agreement"] > 10 > 0 > told["comparisons"]["mother_id"]["difference"]
    assert "missed name_kind rare" in told["parity"]["unclear"], "a county of 500 births tells nothing of rare characters"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [path.name for path in out.parent.iterdir()] == ["county.json"]
    assert not any(f'"{name}"' in out.read_text(encoding="utf-8") for name in county[0]["mother_name"].dropna())


def test_people_are_told_what_was_learnt_and_that_nobody_judged_it(tables, tmp_path, capsys):
    wanted = command.Wanted(tables, "births", tmp_path / "county.json", key="record_id")
    assert command.run(wanted, as_json=False, quiet=False) == 0
    told = capsys.readouterr()
    assert "mother's number" in told.out
    assert "Equal error: not judged" in told.out
    assert "learning how often records agree" in told.err


def test_a_model_that_misses_names_with_a_dot_is_refused_and_the_earlier_one_stands(unfair, tmp_path, capsys):
    tables, truth, _, names = unfair
    out = tmp_path / "county.json"
    out.write_text("an earlier model")
    with pytest.raises(GateRefused) as refused:
        command.run(command.Wanted(tables, "births", out, key="record_id", truth=truth), as_json=False, quiet=True)
    assert refused.value.exit_code == 1
    faults = {(fault.code, fault.where, fault.facts["error"]) for fault in refused.value.faults}
    assert ("train.unequal", "name_kind dotted", "missed") in faults
    (fault,) = [fault for fault in refused.value.faults if fault.where == "name_kind dotted" and fault.facts["error"] == "missed"]
    assert int(fault.facts["errors"]) > DOTTED * 0.8
    assert float(str(fault.facts["ratio_low"])) > 1.25
    for locale in ("zh", "en"):
        text = refused.value.text(locale)
        assert str(fault.facts["rate"]) in text
        assert str(fault.facts["ratio_high"]) in text
        assert not [name for name in names if name in text]
    assert out.read_text() == "an earlier model"
    assert [path.name for path in tmp_path.iterdir()] == ["county.json"]
    assert capsys.readouterr().out == ""


def test_labels_alone_refuse_it_too_with_the_exit_code_of_a_gate(unfair, tmp_path, capsys, monkeypatch):
    tables, _, both, names = unfair
    labels_of(both).to_csv(tmp_path / "labels.csv", index=False)
    out, labels = tmp_path / "county.json", tmp_path / "labels.csv"
    options = ["--model", "births", "--out", str(out), "--key", "record_id", "--labels", str(labels), "--json"]
    monkeypatch.setattr("sys.argv", ["hedui", "train", *tables, *options])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == 1
    assert "[train.unequal] name_kind dotted: expected errors (missed)" in told.err
    assert not [name for name in names if name in told.err]
    assert not out.exists()


def test_labels_of_other_tables_are_refused_and_those_of_records_that_are_gone_left_out(unfair):
    tables, _, both, _ = unfair
    table, _ = read_tables(tables, BIRTHS, "record_id")
    labels = labels_of(both.head(3))
    gone = labels.replace({"record_id_left": {labels["record_id_left"].iloc[0]: "gone"}})
    assert command.of_these_tables(gone, table, "labels.csv")["record_id_left"].tolist() == labels["record_id_left"].tolist()[1:]
    with pytest.raises(ConfigurationError, match=r"train\.labels_unknown"):
        command.of_these_tables(labels.assign(registry_left="elsewhere"), table, "labels.csv")


def test_labels_move_the_model_towards_what_people_found(county, unfair):
    told, truth = county
    without = train(told)
    both = pairs_of(pd.read_parquet(truth / "record.parquet"))
    name = told.set_index(["registry", "record_id"])["child_name"]
    sides = [name.reindex([(registry, one) for one in both[registry]]).to_numpy() for registry in ("hospital", "hukou")]
    differ = np.array([name_kind(one) != "unnamed" and one != two for one, two in zip(*sides, strict=True)])
    assert 5 <= differ.sum() < (~differ).sum()
    for labelled, rises in ((both[differ], False), (both[~differ], True)):
        model = train(told, labels=labels_of(labelled).to_dict("list"))
        moved = model.shared["child_name"][0] - without.shared["child_name"][0]
        assert (moved > 0) == rises
        assert abs(moved) > 1e-4
    apart = train(told, labels=labels_of(both[differ], Decision.APART).to_dict("list"))
    assert model_document(apart) == model_document(without), "look-alikes that people found apart are no strangers at random"


def test_which_errors_decided_pairs_tell_of():
    told = records("""
        registry | record_id | child_name  | child_sex
        hospital | h1        | 王芳之女    | 2
        hukou    | r1        | 李梓涵      | 2
        hospital | h2        | 买买提·艾力 | 1
        hukou    | r2        | 买买提·艾力 | 1
        hukou    | r3        | 李梓涵      | 2
    """)
    labels = decisions(
        ("hospital", "h1", "hukou", "r1", "link"), ("hospital", "h2", "hukou", "r2", "link"), ("hospital", "h1", "hukou", "r3", "apart"),
        ("hospital", "h9", "hukou", "r9", "link"),
    )  # fmt: skip
    truth = truth_of_labels(labels, told[["registry", "record_id", "child_name", "child_sex"]])
    births = truth.record.set_index("record_id")["true_birth_id"]
    assert births["h1"] == births["r1"] != births["r3"]
    groups = truth.birth.set_index("true_birth_id")
    assert groups.loc[births[["h1", "h2", "r3"]], "name_kind"].tolist() == ["unnamed", "dotted", "han3"]
    assert groups.loc[births[["h1", "h2", "r3"]], "sex"].tolist() == ["2", "1", "2"]
    linked = told[["registry", "record_id"]].assign(birth_id=["a", "b", "c", "d", "a"])
    errors = errors_by_label(linked, labels, truth.record).loc[births[["h1", "h2", "r3"]]]
    assert errors["missed"].tolist() == [True, True, False]
    assert errors["false"].tolist() == [True, False, True], "h1 and r3 are linked, and were found apart"
    assert errors["exposed"].tolist() == [True, False, True]
    assert "h9" not in births, "a record that is gone is nobody"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda labels: labels.drop(columns="decision"), "train.labels_column"),
        (lambda labels: labels.assign(decision="review"), "train.labels_decision"),
        (lambda labels: labels.assign(record_id_left=None), "train.labels_decision"),
    ],
)
def test_labels_that_decide_nothing_are_refused(county, tmp_path, change, code):
    told = labels_of(pairs_of(pd.read_parquet(county[1] / "record.parquet")).head(3))
    change(told).to_parquet(tmp_path / "labels.parquet")
    with pytest.raises(ConfigurationError) as refused:
        command.read_labels(tmp_path / "labels.parquet")
    assert [fault.code for fault in refused.value.faults] == [code]
    with pytest.raises(ConfigurationError, match=r"link\.file_missing"):
        command.read_labels(tmp_path / "none.csv")


def test_a_person_gets_no_more_pairs_than_asked_for_and_those_that_matter_most(tmp_path_factory, capsys):
    built = build(tmp_path_factory.mktemp("hard"), 500, seed=13, severity="hard")
    told = accepted(built.databases)
    tables = in_files(
        told.assign(vital_status=None), tmp_path_factory.mktemp("tables")
    )  # whom a death may concern is shown whatever the capacity
    folder, found = tmp_path_factory.mktemp("linked"), {}
    for capacity in (None, 3, 0):
        wanted = link_command.Wanted(tables, "births", folder / str(capacity), key="record_id", capacity=capacity)
        assert link_command.run(wanted, as_json=True, quiet=True) == 0
        pairs = pd.read_parquet(wanted.out / "pair.parquet")
        found[capacity] = pairs[pairs["decision"] == "review"].set_index(["record_id_left", "record_id_right"])["match_weight"]
    capsys.readouterr()
    assert len(found[None]) > 3
    assert (len(found[3]), len(found[0])) == (3, 0)
    cost = pd.Series(expected_cost(found[None].to_numpy(), BIRTHS.costs), found[None].index).sort_values(ascending=False)
    assert set(found[3].index) <= set(found[None].index)
    assert expected_cost(found[3].to_numpy(), BIRTHS.costs).min() == pytest.approx(cost.iloc[2])
