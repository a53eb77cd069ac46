"""The order of a baby within one delivery (R2: never among siblings), as a record states it or an interim name hints at it."""

from __future__ import annotations

import re
import unicodedata

from vocabulary.names import is_unnamed, tidy

ORDER_MARKS = {mark: order for order, marks in enumerate(("大长甲一aA1", "小次乙二bB2", "丙三cC3"), start=1) for mark in marks}
"""What wards add to the mother's name to tell twins apart (domain.md 2.4 row 20)."""
MARKED_LAST = re.compile(r".*[子女婴儿孩宝毛](?P<mark>[大小长次甲乙丙一二三A-Ca-c1-3])")
MARKED_INSIDE = re.compile(r".*[之的](?P<mark>[大小长次])(?:子|女|婴|儿|男婴|女婴|男孩|女孩|双|宝)")
LETTERED = re.compile(r".+?-?(?P<mark>[A-Ca-c甲乙丙])")
NICKNAMED = re.compile(r"(?:.*)(?P<mark>[大小二])(?:毛|双|宝)")


def order_in_name(name: str | None) -> int:
    """1, 2 or 3 where an interim name says which of the babies it is; 0 where it does not, and for every real name."""
    return _order(name, (MARKED_LAST, MARKED_INSIDE, LETTERED, NICKNAMED))


def twin_in_name(name: str | None) -> bool:
    """Whether an interim name only makes sense for one of several babies ('daughter A of'); a pet name such as 小宝 does not."""
    return _order(name, (MARKED_LAST, MARKED_INSIDE, LETTERED)) > 0


def _order(name: str | None, patterns: tuple[re.Pattern[str], ...]) -> int:
    plain = tidy(name)
    if plain is None or not is_unnamed(plain):
        return 0
    plain = unicodedata.normalize("NFKC", plain)
    for pattern in patterns:
        if found := pattern.fullmatch(plain):
            return ORDER_MARKS[found["mark"]]
    return 0
