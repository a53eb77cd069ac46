"""Children known to immunisation clinics (预防接种). Source: immunisation information system, 建档 (a child's file is opened at its first visit).

Read for one reason: a clinic knows a child by the place where it lives now, also one who was born at home, elsewhere, or to parents who move. What
clinics keep beside that stays behind: vaccines, doses, dates of visits, contraindications, illnesses, infections of the mother, telephone numbers.
Nobody is told who is missing here (`absence=None`): whether a child is vaccinated is not hedui's affair.
"""

from vocabulary.codes import SEX
from vocabulary.contracts import Registry, Role, code, day, moment, text

REGISTRY = Registry(
    name="immunisation",
    table="immunisation_child",
    key="file_id",
    grain="one child's file",
    title_zh="预防接种建档",
    title_en="immunisation register",
    role=Role.HEALTH,
    absence=None,
    source="Vaccine Administration Law art. 47 (a certificate within one month of birth, by residence)",
    columns=(
        text("file_id"),
        text("certificate_no", missing_ok=True),
        text("reporting_unit_code"),
        text("child_name", missing_ok=True),
        code("child_sex", SEX),
        day("born_on"),
        text("mother_name", missing_ok=True),
        text("mother_id_number", missing_ok=True),
        text("father_name", missing_ok=True),
        text("division_code"),
        day("enrolled_on"),
        moment("updated_at"),
    ),
    record_fields={"enrolled_on": ("recorded_on",)},
    unit_field="reporting_unit_code",
    headers={
        "儿童编码": "file_id", "个案编号": "file_id", "建档编号": "file_id",
        "出生医学证明编号": "certificate_no", "出生证号": "certificate_no",
        "接种单位代码": "reporting_unit_code", "管理单位代码": "reporting_unit_code", "建档单位代码": "reporting_unit_code",
        "儿童姓名": "child_name", "姓名": "child_name",
        "性别": "child_sex",
        "出生日期": "born_on",
        "母亲姓名": "mother_name",
        "母亲身份证号": "mother_id_number", "母亲证件号码": "mother_id_number",
        "父亲姓名": "father_name",
        "居住地代码": "division_code", "现住址代码": "division_code", "区划代码": "division_code",
        "建档日期": "enrolled_on", "建卡日期": "enrolled_on",
        "更新时间": "updated_at", "最后更新时间": "updated_at",
    },
)  # fmt: skip
