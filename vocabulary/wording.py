"""One table of wordings (rights.md R6): not matched is not guilty, so no text of hedui blames anybody. Each entry is (中文, English)."""

from __future__ import annotations

from vocabulary.registries import OWN

KINDS = {
    "not_registered": ("未见户籍登记", "no registration found"),
    "not_reported": ("卫健报告中未匹配到", "not matched in the health report"),
    "no_birth_record": ("未匹配到医院出生记录", "no hospital record matched"),
    "conflict": ("登记内容不一致", "records disagree"),
    "duplicate_record": ("疑似同一出生重复记录", "one birth recorded twice"),
    "invalid_identifier": ("证件号码需核对", "number to be checked"),
    "implausible_date": ("日期需核对", "date to be checked"),
    "possible_match": ("是否同一儿童待人工判定", "same child or not: a person decides"),
    "belongs_elsewhere": ("居住地在其他县区", "resident of another county"),
}

FIELDS = {
    "certificate_no": ("出生医学证明编号", "birth certificate number"),
    "child_name": ("婴儿姓名", "child's name"),
    "child_sex": ("性别", "sex"),
    "born_on": ("出生日期", "birth date"),
    "born_at": ("出生时间", "birth time"),
    "child_id_number": ("婴儿公民身份号码", "child's identity number"),
    "mother_name": ("母亲姓名", "mother's name"),
    "mother_id_number": ("母亲证件号码", "mother's number"),
    "father_name": ("父亲姓名", "father's name"),
    "father_id_number": ("父亲证件号码", "father's number"),
    "division_code": ("区划代码", "division code"),
    "area_code": ("居住地", "area"),
    "recorded_on": ("登记或报告日期", "date of record"),
    "plurality": ("本次分娩婴儿数", "babies of this delivery"),
    "birth_order": ("本次分娩出生次序", "order within this delivery"),
    "vital_status": ("存活状态", "vital status"),
}

REGISTRIES = {
    "hukou": ("户籍登记", "household registration"),
    "hospital": ("医院出生记录", "hospital birth records"),
    "family_planning": ("卫健出生报告", "health commission birth reports"),
    **{name: (contract.title_zh, contract.title_en) for name, contract in OWN.items()},
    "other_county": ("其他县区的交换文件", "another county's exchange file"),
}

EVIDENCE = {
    "lunar_date": ("一方所填日期疑为农历", "one date looks like a lunar one"),
    "swapped_digits": ("两位数字前后颠倒", "two digits are swapped"),
    "one_digit": ("相差一位数字", "one digit differs"),
    "day_missing": ("只有月份，日填为 1 日或 15 日", "only the month is known"),
    "near_date": ("相差一至三天", "one to three days apart"),
    "other_date": ("日期不同", "another date"),
    "within_month": ("相差一个月以内", "less than a month apart"),
    "homophone": ("同音不同字", "same sound, other character"),
    "near_sound": ("读音相近", "similar sound"),
    "variant_form": ("繁简或异体写法", "traditional or variant form"),
    "look_alike": ("字形相近", "characters look alike"),
    "rare_character": ("有生僻字未能录入", "a rare character could not be written"),
    "other_spelling": ("音译写法不同或未写全", "another spelling of the name, or cut off"),
    "character_missing": ("少写一个字", "one character left out"),
    "name_order": ("字序不同", "characters in another order"),
    "one_character": ("一字之差", "one character differs"),
    "partial_name": ("只有部分姓名或小名相同", "part of the name, or a milk name"),
    "other_name": ("姓名不同，可能后来改名", "another name, perhaps changed later"),
    "name_later_changed": ("可能后来改名", "perhaps changed later"),
    "surname_differs": ("姓不同、名相同", "surname differs, given name agrees"),
    "other_sex": ("性别不同", "another sex"),
    "other_number": ("号码不同", "another number"),
    "old_form": ("十五位旧号码", "old 15-digit form"),
    "truncated": ("号码末位疑被表格软件改写", "a spreadsheet changed the last digits"),
    "other_area": ("乡镇或县区不同", "another township or county"),
    "township_merged": ("区划已撤并，代码未更新", "code of a merged township"),
    "check_digit": ("校验码不符", "check digit does not fit"),
    "excel_truncated": ("号码末三位疑被表格软件改成 000", "a spreadsheet turned the last digits into 000"),
    "length": ("位数不对", "wrong length"),
    "characters": ("含有不应出现的字符", "a character that cannot be there"),
    "birth_date": ("号码中的日期不存在", "the date inside the number does not exist"),
    "id_birth_date": ("号码中的出生日期与登记不一致", "the birth date inside the number differs"),
    "id_sex": ("号码中的性别与登记不一致", "the sex inside the number differs"),
    "certificate_pattern": ("出生医学证明编号格式不符", "certificate number has another form"),
    "recorded_before_birth": ("登记或报告日期早于出生日期", "recorded before birth"),
    "in_the_future": ("日期晚于今天", "date in the future"),
    "deliveries_too_close": ("同一母亲两次分娩间隔不足 180 天，请核对日期与号码", "two deliveries less than 180 days apart: check date and number"),
    "certificate_letter": ("出生医学证明编号首字母与年份不符", "the letter of the certificate number does not fit its year"),
    "seen": ("已见于", "known to"),
    "alone": ("其他登记一致，仅此登记不同", "the others agree, this one stands alone"),
    "same_registry": ("同一登记内", "within one registry"),
    "sample": ("随机抽取，用于衡量匹配质量", "drawn at random, to measure how good the links are"),
    "decisions_contradict": ("以前的人工判定互相矛盾，请重新核对", "earlier decisions contradict each other: please look again"),
}  # fmt: skip

FORBIDDEN = (
    "隐瞒", "瞒报", "漏报人", "违法", "违规", "违反", "非法", "超生", "偷生", "黑户", "逃避", "查处", "追究", "举报", "罚款", "处罚对象", "嫌疑", "可疑人员",
    "concealed", "illegal", "violation", "violator", "offender", "evade", "suspect", "guilty", "culprit", "unlawful birth", "penalise", "fraudulent",
)  # fmt: skip
"""No text that a person may read holds one of these words; the lexical test reads every text there is."""


def words(table: dict[str, tuple[str, str]], code: str, locale: str = "zh") -> str:
    """The text of a code; codes such as `alone:hukou` take the part before the colon. The code itself where it has no text."""
    pair = table.get(code) or table.get(code.partition(":")[0])
    return code if pair is None else pair[0 if locale == "zh" else 1]
