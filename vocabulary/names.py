"""Personal names as three registries write them: separators, placeholders, unnamed newborns, kinds of name (domain.md 1.10, 2.4)."""

from __future__ import annotations

import re
import unicodedata

DOT = "\u00b7"
"""The one separator of 民委发〔2016〕33号."""
PLACEHOLDER = "\u25a1"
"""□ stands in match keys for one character that a system could not write."""

SEPARATORS = re.compile("[\u00b7\u2022\u30fb\uff65\u2027\u22c5\u2219\u16eb\u25cf\uff0e\ufe52]")
SOFT_SEPARATORS = re.compile(r"(?<=\w)[.\u3002\uff61](?=\w)")
SPACES = re.compile(r"\s+")
UNKNOWN_CHARACTER = re.compile(
    "[?？□■〓*※#\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd]|锟斤拷|[(（][\u4e00-\u9fff]{2,3}[)）]|(?<=[\u4e00-\u9fff])[a-zA-Z]{2,6}|[a-zA-Z]{2,6}(?=[\u4e00-\u9fff])"
)
MISSING = frozenset(
    [
        "",
        "无",
        "不详",
        "未知",
        "未取名",
        "未起名",
        "未命名",
        "无名",
        "无名氏",
        "待定",
        "暂无",
        "暂未取名",
        "待取名",
        "待取",
        "暂无名",
        "男",
        "女",
        "/",
        "\\",
        "-",
        "—",
        "0",
        "空",
        "null",
        "none",
        "nan",
        "n/a",
    ]
)
NICKNAMES = frozenset(
    {
        "大毛",
        "小毛",
        "毛毛",
        "二毛",
        "宝宝",
        "大宝",
        "小宝",
        "妞妞",
        "男婴",
        "女婴",
        "婴儿",
        "婴",
        "男孩",
        "女孩",
        "新生儿",
        "大双",
        "小双",
        "二宝",
        "宝贝",
        "妹妹",
        "弟弟",
        "小孩",
    }
)
CHILD_OF = re.compile(
    r"(?P<mother>.{2,}?)(?:之|的)(?:[大小长次双]?)(?:子|女|婴|儿|孩|双|毛|男婴|女婴|男孩|女孩|小孩|婴儿|宝宝)(?:[一二三甲乙丙大小]|[A-Ca-c]|\d)?"
)
BABY_OF = re.compile(r"(?P<mother>.{2,}?)(?:婴儿|男婴|女婴|之婴|毛毛|大毛|小毛|宝宝)(?:[一二三甲乙丙大小]|[A-Ca-c]|\d)?")
LETTERED = re.compile(r"(?P<mother>[\u4e00-\u9fff·]{2,})[-]?[A-Ca-c甲乙丙]")
SHORT_BABY = re.compile(r"(?P<mother>[\u4e00-\u9fff·]{2,20})(?:婴|[(（][男女][)）])")


def is_missing(text: str | None) -> bool:
    """True for an empty text and for the words offices write instead of a name."""
    return text is None or unicodedata.normalize("NFKC", text).strip().lower() in MISSING


def tidy(text: str | None) -> str | None:
    """The name as it is stored: NFC, one separator, no spaces between Han characters; None where it is missing."""
    if text is None or is_missing(text):
        return None
    name = SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip().replace("\u3000", " ")
    name = SOFT_SEPARATORS.sub(DOT, SEPARATORS.sub(DOT, name))
    name = re.sub(r"(?<=[\u2e80-\U0003ffff]) (?=[\u2e80-\U0003ffff])", "", name)
    name = re.sub(rf"\s*{DOT}+\s*", DOT, name).strip(DOT)
    return None if is_missing(name) else name


def match_key(text: str | None) -> str | None:
    """The name as it is compared: NFKC, no separators, one placeholder for each character that a system could not write."""
    name = tidy(text)
    if name is None:
        return None
    key = unicodedata.normalize("NFKC", UNKNOWN_CHARACTER.sub(PLACEHOLDER, name))
    return re.sub(rf"[{DOT}\s_.\-']", "", key).lower() or None


def _unnamed_match(name: str) -> re.Match[str] | None:
    for pattern in (CHILD_OF, BABY_OF, SHORT_BABY, LETTERED):
        if found := pattern.fullmatch(name):
            return found
    return None


def is_unnamed(text: str | None) -> bool:
    """True where a newborn has no name of its own yet: missing, a nickname of the ward, or 'child of' its mother."""
    name = tidy(text)
    return name is None or name in NICKNAMES or _unnamed_match(name) is not None


def mother_in_unnamed(text: str | None) -> str | None:
    """The mother's name inside `某某之女`, `某某婴`, `某某A`: it is no evidence of the child's name, but of whose child it is."""
    name = tidy(text)
    if name is None or name in NICKNAMES:
        return None
    found = _unnamed_match(name)
    return found["mother"] if found else None


def name_kind(text: str | None) -> str:
    """The class by which error rates are compared (rights.md R10): unnamed, dotted, rare, han2, han3, han4."""
    if is_unnamed(text):
        return "unnamed"
    name = tidy(text) or ""
    if DOT in name or len(name) > 5:
        return "dotted"
    if UNKNOWN_CHARACTER.search(name) or any(not "\u4e00" <= letter <= "\u9fff" for letter in name):
        return "rare"
    return {2: "han2", 3: "han3"}.get(len(name), "han4")
