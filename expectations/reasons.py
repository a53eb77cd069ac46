"""What each reason is called on the verdict page (中文, English). Codes that findings speak of too have their words in vocabulary.wording."""

from __future__ import annotations

from typing import Final

from vocabulary.wording import EVIDENCE, FIELDS, words

REASONS: Final = {
    "missing": ("应填未填", "to be filled, but empty"),
    "unreadable_date": ("日期无法识别", "a date that cannot be read"),
    "not_a_code": ("代码不在允许范围", "a code outside its set"),
    "not_a_number": ("数字无法识别", "a number that cannot be read"),
    "malformed_code": ("区划代码不是 12 位数字", "a division code that is not 12 digits"),
    "outside_county": ("户籍地址不在本县", "registered outside the county whose list it is"),
    "key_missing": ("缺少登记编号", "no key"),
    "key_repeated": ("同一编号有不同内容，仅采用最新一条", "another version of a record: the newest stands"),
    "order_above_plurality": ("出生次序大于本次分娩婴儿数", "order above the number of babies of the delivery"),
    "certificate_letter": ("出生医学证明编号首字母与年份不符", "certificate letter does not fit the year"),
    "long_name": ("姓名过长", "a name that is too long"),
    "unit_code_length": ("单位代码位数不符", "a unit code of another length"),
}
COLUMNS: Final = {
    "registration_id": ("登记编号", "registration number"),
    "birth_record_id": ("出生记录编号", "birth record number"),
    "report_id": ("报告编号", "report number"),
    "registered_on": ("登记日期", "date of registration"),
    "reported_on": ("报告日期", "date of report"),
    "issued_on": ("签发日期", "date of issue"),
    "updated_at": ("更新时间", "time of last change"),
    "facility_code": ("机构代码", "facility code"),
    "reporting_unit_code": ("报告单位代码", "reporting unit code"),
}


def reason_words(code: str, locale: str) -> str:
    """A reason in words."""
    return words(REASONS if code in REASONS else EVIDENCE, code, locale)


def column_words(column: str, locale: str) -> str:
    """A column in words."""
    return words(COLUMNS if column in COLUMNS else FIELDS, column, locale)
