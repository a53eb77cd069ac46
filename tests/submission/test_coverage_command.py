"""`hedui coverage`: every fault of a file at once, with its line; models in the notation of the published tables."""

import json
import sys

import pytest

from hedui.main import main
from hedui.show_coverage import WORDS
from submission.coverage.files import read_cells, read_sample
from submission.coverage.histories import pairs
from submission.coverage.judged import Why
from vocabulary.errors import ConfigurationError

SPINA_BIFIDA = "history,count\n111,12\n110,142\n101,112\n100,247\n011,4\n010,49\n001,60\n"
SAMPLE = "lists,linked,pairs,judged,same\n" + "".join(
    f"{one}{two},yes,150,150,149\n{one}{two},no,30,30,1\n" for one, two in ("12", "13", "23")
)


@pytest.fixture
def hedui(monkeypatch, capsys, tmp_path):
    """Runs the command; a text given as an argument becomes a file."""

    def run(*told: str, locale: str = "en") -> tuple[int, str, str]:
        monkeypatch.setenv("HEDUI_LOCALE", locale)
        arguments = [written(tmp_path, number, one) if "\n" in one else one for number, one in enumerate(told)]
        monkeypatch.setattr(sys, "argv", ["hedui", "coverage", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


def written(folder, number, text):
    path = folder / f"table{number}.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def faults(tmp_path, text, read=read_cells, encoding="utf-8"):
    path = tmp_path / "cells.csv"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(ConfigurationError) as refused:
        read(path)
    assert refused.value.text("zh") != refused.value.text("en")
    return [
        (fault.where.removeprefix("cells.csv").removeprefix(":"), fault.code.removeprefix("coverage.")) for fault in refused.value.faults
    ]


def test_models_come_as_the_tables_have_them_best_first(hedui):
    code, out, err = hedui(SPINA_BIFIDA, "--json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    models = {one["terms"]: one for one in told["models"]}
    assert next(iter(models)) == "[23,1]"
    assert set(models) == {"[1,2,3]", "[12,3]", "[13,2]", "[23,1]", "[12,13]", "[12,23]", "[13,23]", "[12,13,23]"}
    assert {name: round(models["[23,1]"][name], 6) for name in ("N", "se", "AIC", "BIC")} == {
        "N": 730.928571, "se": 16.980229, "AIC": 53.831056, "BIC": 76.027808,
    }  # fmt: skip
    assert told["lower_bound"] == told["union"] == 626
    assert told["estimate"]["interval"][0] >= 626


@pytest.mark.parametrize(
    ("locale", "bound", "estimate"),
    [("en", "Lower bound: 626", "Estimate: 734"), ("zh", "下限：至少有一个名册记录的出生 626", "估计：734")],
)
def test_a_person_reads_the_bound_and_the_estimate(hedui, locale, bound, estimate):
    code, out, _ = hedui(SPINA_BIFIDA, locale=locale)
    assert code == 0
    assert bound in out
    assert estimate in out
    assert "[23,1]" in out


def test_a_sample_takes_linkage_errors_out(hedui):
    plain = json.loads(hedui(SPINA_BIFIDA, "--json")[1])
    told = json.loads(hedui(SPINA_BIFIDA, "--sample", SAMPLE, "--json")[1])
    assert told["linkage"]["error"] > 0
    assert told["linkage"]["grade"] in "ABCD"
    assert told["union"] == 626 != told["lower_bound"]
    assert told["models"] != plain["models"]


def test_two_lists_are_held_back_until_somebody_answers_for_them(hedui):
    two = "history,count\n11,900\n10,300\n01,200\n"
    held_back = hedui(two)[1]
    assert "Lower bound: 1,400" in held_back
    assert "Estimate:" not in held_back
    assert "--independent" in held_back
    assert "Estimate: 1,467" in hedui(two, "--independent")[1]


def test_every_reason_has_words_in_both_languages():
    assert set(Why.__args__) <= set(WORDS)
    assert all(len(texts) == 2 and texts[0] != texts[1] for texts in WORDS.values())


def test_a_faulty_file_ends_with_two_and_says_every_fault(hedui):
    code, out, err = hedui("history,count\n110,5\n11,3\n000,3\n110,-2\n1a1,1.5\n", "--json")
    assert (code, out) == (2, "")
    assert [line.split("]")[0][1:] for line in err.splitlines()] == [
        "coverage.history_length", "coverage.history_unseen", "coverage.history_twice", "coverage.count", "coverage.history", "coverage.count",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", [("", "empty")]),
        ("history,count\n", [("", "empty")]),
        ("history,count\n\n  ,  \n", [("", "empty")]),
        ("histories,count\n11,5\n", [("1", "header")]),
        ("history,count,area\n11,5,a\n", [("1", "header")]),
        ("history,count\n11,5\n10,4\n01,3\n11,2\n", [("5", "history_twice")]),
        ("history,count\n11,5\n10,4\n1,3\n", [("4", "history_length")]),
        ("history,count\n00,5\n10,4\n01,3\n", [("2", "history_unseen")]),
        ("history,count\n11,-5\n10,4.5\n01,\n", [("2", "count"), ("3", "count"), ("4", "count")]),
        ("history,count\n11,１２\n10,1e3\n01,5 例\n", [("2", "count"), ("3", "count"), ("4", "count")]),
        ("history,count\n11,\"1,200\"\n10,1,200\n01,3\n", [("2", "count"), ("3", "row")]),
        ("history,count\n11,9999999999999\n10,1\n", [("2", "count")]),
        ("history,count\n1,5\n", [("2", "lists")]),
        ("history,count\n11111,5\n11110,3\n", [("2", "lists")]),
        ("history,count\n12,5\n10,4\n", [("2", "history")]),
        ("history,count\n１１,5\n10,4\n", [("2", "history")]),
        ("history,count\n11,0\n10,0\n", [("", "no_births")]),
    ],
)  # fmt: skip
def test_no_line_is_dropped_or_guessed(tmp_path, text, told):
    assert faults(tmp_path, text) == told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_are_read_as_offices_save_them(tmp_path, encoding):
    path = tmp_path / "cells.csv"
    path.write_bytes("Count , HISTORY\r\n5,11\r\n\r\n3, 10\r\n0,01\r\n".encode(encoding))
    assert read_cells(path).as_record() == {"11": 5, "10": 3, "01": 0}


def test_a_workbook_is_no_table_and_a_missing_file_none(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_bytes(b"PK\x03\x04\xff\xff\xff")
    with pytest.raises(ConfigurationError, match=r"coverage\.encoding"):
        read_cells(path)
    with pytest.raises(ConfigurationError, match=r"coverage\.file_missing"):
        read_cells(tmp_path / "none.csv")


def test_a_sample_is_read_in_gb18030(tmp_path):
    path = tmp_path / "sample.csv"
    path.write_bytes(SAMPLE.replace("yes", "是").replace("no", "否").encode("gb18030"))
    bands = read_sample(path, 3)
    assert [(band.lists, band.linked) for band in bands] == [(pair, linked) for pair in pairs(3) for linked in (True, False)]
    assert (bands[0].pairs, bands[0].judged, bands[0].same) == (150, 150, 149)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("12,yes,10,5,4\n12,no,10,5,0\n", []),
        ("12,yes,10,5,4\n", [("", "sample_missing")]),
        ("21,yes,10,5,4\n12,yes,10,5,4\n12,no,10,5,0\n", [("2", "sample_lists")]),
        ("12,perhaps,10,5,4\n12,yes,9,8,7\n12,no,10,5,0\n", [("2", "sample_linked")]),
        ("12,yes,10,11,4\n12,no,10,5,6\n12,no,10,0,0\n12,no,-1,0,0\n", [(str(line), "sample_counts") for line in (2, 3, 4, 5)]),
    ],
)
def test_every_fault_of_a_sample_is_told(tmp_path, lines, told):
    text = "lists,linked,pairs,judged,same\n" + lines
    if told:
        assert faults(tmp_path, text, lambda path: read_sample(path, 2)) == told
    else:
        path = tmp_path / "cells.csv"
        path.write_text(text, encoding="utf-8")
        assert len(read_sample(path, 2)) == 2
