"""References travel between tasks, rows do not: an XCom backend that refuses whatever could hold a person (rights.md R11)."""

from __future__ import annotations

import re
from typing import Any

from airflow.sdk.bases.xcom import BaseXCom

LONGEST = 16 * 1024
"""Characters of JSON; a run id or a stage's counts need a few hundred."""
PERSON_SHAPED = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)|[\u4e00-\u9fff]")
"""An identity number, or any Chinese character: no id, code or count of hedui holds one."""


class ReferenceOnlyXCom(BaseXCom):
    """Takes run ids, codes and counts; refuses tables, long values, identity numbers and Chinese text."""

    @staticmethod
    def serialize_value(value: Any, **place: Any) -> Any:
        """As Airflow does, after the check. Raises ValueError, which never repeats the value."""
        refuse_rows(value)
        return BaseXCom.serialize_value(value, **place)


def refuse_rows(value: object) -> None:
    """Raise ValueError unless the value is plain, short, and shaped like no person."""
    if isinstance(value, dict):
        for name, part in value.items():
            refuse_rows(name)
            refuse_rows(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            refuse_rows(part)
    elif not isinstance(value, (str, int, float, bool, type(None))):
        raise ValueError(f"an XCom holds references, not a {type(value).__name__}")
    text = str(value)
    if len(text) > LONGEST:
        raise ValueError("an XCom holds references: this value is too long to be one")
    if PERSON_SHAPED.search(text):
        raise ValueError("an XCom holds references: this value is shaped like a person's name or number")
