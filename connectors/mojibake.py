"""Text that was read in the wrong encoding before it came to us: valid characters, and all of them wrong (domain.md 1.10).

A single name may look so by chance, and a single replaced character is how old systems write a rare one: both are kept.
What refuses a delivery is a column full.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

UTF8 = codecs.getincrementaldecoder("utf-8")
HAN = re.compile("[\u3400-\u9fff]")
REPLACED = re.compile("\ufffd|锟斤拷|烫烫烫|锘")
WRONGLY_READ_AS = ("gb18030", "latin-1", "cp1252")
DOUBLE_READ_SHARE = 0.2
"""Of a file that was read wrongly nearly every name is wrong; of sound names of two characters one in a thousand may look so."""
REPLACED_SHARE = 0.05
"""Rare characters are 0.4 % of names (domain.md 2.4 row 11): twelve times that is no accident."""


def repaired(text: str) -> str | None:
    """The text that was meant, where a UTF-8 text was read as GBK or Latin-1 (寮犱笁 was 张三); else None."""
    for encoding in WRONGLY_READ_AS:
        try:
            # An odd number of bytes loses its last one on the way through GBK: the end may be torn, the rest may not.
            meant = UTF8().decode(text.rstrip("?？\ufffd").encode(encoding))
        except UnicodeError:
            continue
        if HAN.search(meant):
            return meant
    return None


def is_mojibake(texts: Iterable[str]) -> bool:
    """Whether the distinct values of a column are wrong as a whole."""
    foreign = [text for text in texts if not text.isascii()]
    double_read = sum(repaired(text) is not None for text in foreign)
    replaced = sum(REPLACED.search(text) is not None for text in foreign)
    return (double_read >= 2 and double_read > DOUBLE_READ_SHARE * len(foreign)) or (
        replaced >= 2 and replaced > REPLACED_SHARE * len(foreign)
    )
