"""Births as the health commission's townships report them (卫健出生报告). What we leave behind, and what fails the load: domain.md 1.9."""

from vocabulary.codes import SEX
from vocabulary.contracts import Registry, Role, code, day, moment, text

REGISTRY = Registry(
    name="family_planning",
    table="family_planning_birth",
    key="report_id",
    grain="one reported live birth",
    title_zh="卫健出生报告",
    title_en="health commission birth report",
    role=Role.HEALTH,
    absence="not_reported",
    source="maternal and child health birth report; domain.md 1.9",
    columns=(
        text("report_id"),
        text("reporting_unit_code"),
        text("child_name", missing_ok=True),
        code("child_sex", SEX),
        day("born_on"),
        text("mother_name"),
        text("mother_id_number", missing_ok=True),
        text("father_name", missing_ok=True),
        text("division_code"),
        day("reported_on"),
        moment("updated_at"),
    ),
    record_fields={"reported_on": ("recorded_on",)},
    unit_field="reporting_unit_code",
    headers={
        "报告编号": "report_id", "出生报告编号": "report_id", "上报编号": "report_id",
        "报告单位代码": "reporting_unit_code", "填报单位代码": "reporting_unit_code", "上报单位代码": "reporting_unit_code",
        "婴儿姓名": "child_name", "新生儿姓名": "child_name", "姓名": "child_name", "儿童姓名": "child_name",
        "性别": "child_sex", "婴儿性别": "child_sex", "新生儿性别": "child_sex",
        "出生日期": "born_on", "出生年月": "born_on", "出生年月日": "born_on", "生日": "born_on",
        "母亲姓名": "mother_name",
        "母亲身份证号": "mother_id_number", "母亲公民身份号码": "mother_id_number", "母亲身份证号码": "mother_id_number", "母亲证件号": "mother_id_number", "母亲证件号码": "mother_id_number",
        "父亲姓名": "father_name",
        "区划代码": "division_code", "现住址代码": "division_code", "现居住地代码": "division_code", "居住地代码": "division_code", "居住地区划代码": "division_code",
        "报告日期": "reported_on", "上报日期": "reported_on", "填报日期": "reported_on",
        "更新时间": "updated_at", "最后更新时间": "updated_at", "修改时间": "updated_at",
    },
)  # fmt: skip
