"""What a list says: which paper helps, what differs, and no word of blame (rights.md R6)."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reconciliation import worklist_forms
from reconciliation.publish import disclosed
from reconciliation.worklist_words import worded
from tests.reconciliation import worklist_fixture as county
from vocabulary.block_list import BLOCKED
from vocabulary.findings import ANSWERS, DueStage
from vocabulary.wording import FORBIDDEN, KINDS

FOLDER = Path(worklist_forms.__file__).parent
BORN = date(2026, 8, 1)
RECORD_NUMBERS = {"hukou": "D1", "hospital": "H1", "family_planning": "R1"}


def leaves(told: Any) -> list[str]:
    if isinstance(told, dict):
        return [text for part in told.values() for text in leaves(part)]
    if isinstance(told, list):
        return [text for part in told for text in leaves(part)]
    return [told] if isinstance(told, str) else []


def texts() -> list[tuple[str, str]]:
    files = ("worklist_texts.toml", "worklist_forms.toml")
    return [(name, text) for name in files for text in leaves(tomllib.loads((FOLDER / name).read_text(encoding="utf-8")))]


def test_no_text_blames_anybody():
    assert len(texts()) > 150
    assert not [(name, word) for name, text in texts() for word in FORBIDDEN if word in text]


def test_no_text_names_what_must_never_be_in_the_system():
    lawful = "不得作为行政处罚等任何不利处理的依据"  # the one place where a penalty is named: to forbid it
    said = [(name, text.replace(lawful, "")) for name, text in texts()]
    chinese = [term for term in BLOCKED if not term.isascii()]
    assert not [(name, term) for name, text in said for term in chinese if term in text]


def test_the_note_filter_knows_what_a_note_must_not_hold():
    terms = tomllib.loads((FOLDER / "note_filter.toml").read_text(encoding="utf-8"))["terms"]
    assert {"超生", "罚款", "结扎", "社会抚养费", "准生证"} <= set(terms)
    assert len(terms) == len(set(terms))
    assert not [(term, text) for term in terms for _, text in texts() if term in text and term not in ("处罚",)]


def test_every_outcome_and_stage_has_its_words():
    assert set(worklist_forms.outcome_guide()) == set(ANSWERS)
    assert set(worklist_forms.texts("stage")) == {str(int(stage)) for stage in DueStage}
    assert {kind for form in worklist_forms.forms().values() for kind in form.kinds} == set(KINDS)


@pytest.mark.parametrize(
    ("fields", "stage", "first_words"),
    [
        ({"certificate_no": "Z990000001", "child_name": "王小明"}, 30, "已有出生医学证明：请家庭带证明"),
        ({"certificate_no": "Z990000001", "child_name": "李梅之女"}, 30, "已有出生医学证明：姓名以证明所载为准"),
        ({"child_name": "王小明"}, 30, "未见出生医学证明编号：请家庭先到出生医院领取证明"),
        ({"child_name": None}, 30, "尚未取名、未见证明编号"),
        ({"child_name": "王小明", "facility_code": None}, 30, "未见医院出生记录：院外出生的"),
        ({"child_name": "王小明"}, 90, "未见出生医学证明编号"),
    ],
)
def test_the_next_step_is_the_paper_that_is_missing(fields: dict[str, Any], stage: int, first_words: str):
    record = county.record("hospital", "H1", "b1", **{"facility_code": "A01", "division_code": "990101001201", "born_on": BORN, **fields})
    night = county.night([county.finding("not_registered", "b1", division_code="990101001201", due_stage=stage)], [record])
    row = worded(disclosed(night).assign(task_no="T", issued_on=county.AS_OF), night.areas, night.as_of).iloc[0]
    assert row["suggested_action"].startswith(first_words)
    assert row["suggested_action"].endswith("如需补充材料，请一次告知。") == (stage >= 90)
    assert row["situation"].split("\n")[1] == {30: "已满30日", 90: "已满90日"}[stage]


@pytest.mark.parametrize(
    ("registry", "evidence", "said"),
    [
        ("hukou", "lunar_date;alone:hukou", "一方所填日期疑为农历；其他登记一致，仅此登记不同"),
        ("hospital", "lunar_date;alone:hospital", "一方所填日期疑为农历；其他登记一致，仅此登记不同"),
        ("hospital", "homophone;homophone", "同音不同字"),
        ("hospital", "something_new", ""),
    ],
)
def test_a_difference_is_said_in_words_from_the_holders_side(registry: str, evidence: str, said: str):
    number = RECORD_NUMBERS[registry]
    record = county.record(registry, number, "b1", facility_code="A01", division_code="990101001201", born_on=BORN, child_name="王小明")
    finding = county.finding("conflict", "b1", registry=registry, record_id=number, field="born_on", evidence=evidence)
    night = county.night([finding], [record])
    row = worded(disclosed(night).assign(task_no="T", issued_on=county.AS_OF), night.areas, night.as_of).iloc[0]
    assert (row["difference"], row["field"], row["own_value"]) == (said, "出生日期", "2026-08-01")


@pytest.mark.parametrize(
    ("field", "own_value"),
    [
        ("child_sex", "男"),
        ("mother_id_number", "**************2048"),
        ("father_id_number", "（请查原件）"),
        ("area_code", "李家村（990101001200）"),
    ],
)
def test_an_own_value_is_readable_and_cards_are_masked(field: str, own_value: str):
    told = {"child_sex": "1", "mother_id_number": county.number(date(1990, 1, 2), 204)[:17] + "8", "father_id_number": "990101198801010012"}
    record = county.record("hospital", "H1", "b1", facility_code="A01", division_code="990101001200", born_on=BORN, **told)
    finding = county.finding("conflict", "b1", registry="hospital", record_id="H1", field=field, evidence="other_number")
    night = county.night([finding], [record])
    row = worded(disclosed(night).assign(task_no="T", issued_on=county.AS_OF), night.areas, night.as_of).iloc[0]
    assert row["own_value"] == own_value


def test_no_text_is_left_as_a_code():
    night = county.realistic()
    rows = worded(disclosed(night).assign(task_no="T", issued_on=county.AS_OF), night.areas, night.as_of)
    said = rows[["problem", "situation", "suggested_action", "difference", "seen_in", "field"]].stack().astype(str)
    assert not [text for text in said if re.search(r"[a-z]+_[a-z]+", text)]
