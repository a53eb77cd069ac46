"""The exchange file: children who live in another county, as one county tells it to the other. Described for people in docs/exchange.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

FORMAT, VERSION = "hedui-exchange", 1
MANIFEST = ".manifest.json"
OTHER_COUNTY = "other_county"
"""By this name the children of another county's file stand where a registry's name would."""
COLUMNS = {
    "task_no": "任务编号",
    "child_name": "婴儿姓名",
    "child_sex": "性别代码",
    "born_on": "出生日期",
    "facility_code": "出生机构代码",
    "mother_name": "母亲姓名",
    "mother_id_mask": "母亲证件号（末四位）",
    "residence_code": "现住址区划代码",
    "certificate_no": "出生医学证明编号",
    "issued_on": "下发日期",
}
"""Column -> its title in the file, in the file's order. A file with any other column is refused (rights.md R1)."""
MAY_BE_EMPTY = ("child_name", "facility_code", "mother_id_mask", "certificate_no")


@dataclass(frozen=True)
class ExchangeFile:
    """A file whose manifest and checksum hold. `rows`: (line in the file, column -> text)."""

    file: str
    sha256: str
    from_areas: tuple[str, ...]
    to_area: str
    as_of: date
    rows: tuple[tuple[int, Mapping[str, str]], ...]

    @property
    def county(self) -> str:
        """The county that sent it."""
        return self.from_areas[0][:6]
