"""Household registration (户口登记). Source: permanent-resident register, GA 214 series; what we leave behind: domain.md 1.8."""

from vocabulary.codes import SEX
from vocabulary.contracts import Registry, Role, code, day, moment, text

REGISTRY = Registry(
    name="hukou",
    table="hukou_registration",
    key="registration_id",
    grain="one registered child",
    title_zh="户籍登记",
    title_en="household registration",
    role=Role.CIVIL,
    absence="not_registered",
    source="GA 214 series; Household registration regulations art. 7",
    columns=(
        text("registration_id"),
        text("certificate_no", missing_ok=True),
        text("child_name"),
        code("child_sex", SEX),
        day("born_on"),
        text("child_id_number"),
        text("mother_name", missing_ok=True),
        text("mother_id_number", missing_ok=True),
        text("father_name", missing_ok=True),
        text("father_id_number", missing_ok=True),
        text("division_code"),
        day("registered_on"),
        moment("updated_at"),
    ),
    record_fields={"registered_on": ("recorded_on",)},
    headers={
        "登记编号": "registration_id", "户籍登记编号": "registration_id", "户口登记编号": "registration_id",
        "出生医学证明编号": "certificate_no", "出生证编号": "certificate_no", "出生证明编号": "certificate_no", "出生证号": "certificate_no",
        "姓名": "child_name", "婴儿姓名": "child_name", "子女姓名": "child_name", "新生儿姓名": "child_name", "儿童姓名": "child_name",
        "性别": "child_sex", "婴儿性别": "child_sex",
        "出生日期": "born_on", "出生年月": "born_on", "出生年月日": "born_on", "生日": "born_on",
        "身份证号": "child_id_number", "公民身份号码": "child_id_number", "身份证号码": "child_id_number", "证件号": "child_id_number",
        "证件号码": "child_id_number", "婴儿身份证号": "child_id_number", "居民身份证号码": "child_id_number",
        "母亲姓名": "mother_name", "监护人二姓名": "mother_name",
        "母亲身份证号": "mother_id_number", "母亲公民身份号码": "mother_id_number", "母亲身份证号码": "mother_id_number", "母亲证件号": "mother_id_number", "母亲证件号码": "mother_id_number",
        "父亲姓名": "father_name", "监护人一姓名": "father_name",
        "父亲身份证号": "father_id_number", "父亲公民身份号码": "father_id_number", "父亲身份证号码": "father_id_number", "父亲证件号": "father_id_number", "父亲证件号码": "father_id_number",
        "区划代码": "division_code", "行政区划代码": "division_code", "户籍地代码": "division_code", "户籍地区划代码": "division_code", "住址代码": "division_code",
        "登记日期": "registered_on", "户口登记日期": "registered_on", "申报日期": "registered_on", "落户日期": "registered_on",
        "更新时间": "updated_at", "最后更新时间": "updated_at", "修改时间": "updated_at",
    },
)  # fmt: skip
