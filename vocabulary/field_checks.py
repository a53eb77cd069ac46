"""A check on the spot: what a visitor may answer of a record and of a village, and by which titles the sheets name it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CheckAnswer:
    """One answer about one record. `is_birth`: it is a birth that belongs here, once. `is_right`: name and date are as written; None says nothing of it."""

    code: str
    zh: str
    en: str
    is_birth: bool | None
    is_right: bool | None


RECORD_ANSWERS = {
    answer.code: answer
    for answer in (
        CheckAnswer("F1", "属实，姓名和出生日期无误", "so, name and birth date as written", True, True),
        CheckAnswer("F2", "属实，姓名或出生日期有误", "so, name or birth date otherwise", True, False),
        CheckAnswer("F3", "同一出生登记了两次", "the same birth recorded twice", False, None),
        CheckAnswer("F4", "不在本地居住", "lives elsewhere", False, None),
        CheckAnswer("F5", "查无此人", "no trace found", False, None),
        CheckAnswer("F6", "出生属实，已去世（不再走访）", "so, the child has died: no visit", True, None),
        CheckAnswer("F9", "本次未能核查", "could not be checked", None, None),
    )
}
DUPLICATE = "F3"
VILLAGE, RECORD = "village", "record"
TITLES = {
    "row_no": "序号",
    "item_no": "样本编号",
    "village": "村、社区",
    "period": "出生日期范围",
    "births_found": "走访到的出生人数",
    "births_registered": "其中已登记户口",
    "births_unknown": "其中各登记均未见",
    "record_id": "本登记编号",
    "child_name": "婴儿姓名",
    "born_on": "出生日期",
    "answer": "核查结果",
    "checked_by": "核查人",
    "checked_on": "核查日期",
}
"""Column -> title: the sheets are written and read back by these."""
