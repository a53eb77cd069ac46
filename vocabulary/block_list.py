"""What must never enter: headers and code words that refuse a whole delivery (rights.md R1; the list is domain.md 1.9 with the forms met in files)."""

from __future__ import annotations

import unicodedata

BLOCKED = (
    # order among siblings, parity
    "孩次", "胎次", "产次", "孕次", "子女数", "现有子女", "存活子女", "parity", "gravida", "gravidity", "sibling", "haici", "taici", "chanci", "yunci",
    # conformity, permits
    "政策属性", "政策内", "政策外", "计划内", "计划外", "生育证", "准生证", "服务证", "再生育", "生育指标", "policy", "permit", "zhunsheng", "shengyuzheng",
    # contraception, pregnancy
    "避孕", "节育", "结扎", "上环", "孕检", "孕情", "孕周", "怀孕", "妊娠", "流产", "引产", "末次月经", "contracept", "sterilis", "steriliz", "abortion", "pregnan", "antenatal", "gestation", "biyun", "jieyu", "jieza",
    # fees, penalties, rewards
    "社会抚养费", "抚养费", "罚款", "处罚", "违法", "超生", "举报", "奖励", "fine_", "penalty", "social_maintenance", "informant", "reward", "fakuan", "chaosheng",
    # family standing
    "独生子女", "婚姻", "早婚", "非婚", "未婚", "marital", "marriage", "wedlock", "hunyin",
    # protected traits
    "民族", "宗教", "信仰", "ethnic", "religio", "minzu", "zongjiao",
)  # fmt: skip


def blocked_term(header: str) -> str | None:
    """The blocked term that a header (or a header-like value) contains, whatever its width, case and spacing; None where there is none."""
    tidy = "".join(unicodedata.normalize("NFKC", header).lower().split())
    flat = tidy.replace("_", "").replace("-", "")
    return next((term for term in BLOCKED if term in tidy or term.replace("_", "") == flat), None)
