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
UNDEFINED = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})
REPLACED = re.compile("\ufffd|锟斤拷|烫烫烫|锘")
WHOLLY_HAN = re.compile("[\u3400-\u9fff·]+")
DOUBLE_READ_SHARE = 0.2
"""Of a file that was read wrongly nearly every name is wrong; of sound names of two characters one in a thousand may look so."""
REPLACED_SHARE = 0.05
"""Rare characters are 0.4 % of names (domain.md 2.4 row 11): twelve times that is no accident."""


def repaired(text: str) -> str | None:
    """The text that was meant, where UTF-8 was read as GBK (寮犱笁 was 张三), or either was read as Latin-1 (ÕÅÈý was 张三); else None."""
    for encode in (_gbk_bytes, _latin_bytes):
        try:
            # An odd number of bytes loses its last one on the way through GBK: the end may be torn, the rest may not.
            meant = UTF8().decode(encode(text.rstrip("?？\ufffd")))
        except UnicodeError:
            continue
        if HAN.search(meant):
            return meant
    try:
        meant = _latin_bytes(text.strip()).decode("gb18030")
    except UnicodeError:
        return None
    # Nearly any two bytes are a character of GBK: only a text that is nothing but Chinese was meant so.
    return meant if WHOLLY_HAN.fullmatch(meant) else None


def _gbk_bytes(text: str) -> bytes:
    return text.encode("gb18030")


def _latin_bytes(text: str) -> bytes:
    """Windows-1252, whose five empty places databases and browsers fill from Latin-1 (WHATWG, Encoding)."""
    return b"".join(sign.encode("latin-1" if ord(sign) in UNDEFINED else "cp1252") for sign in text)


def is_mojibake(texts: Iterable[str]) -> bool:
    """Whether the distinct values of a column are wrong as a whole."""
    foreign = [text for text in texts if not text.isascii()]
    double_read = sum(repaired(text) is not None for text in foreign)
    replaced = sum(REPLACED.search(text) is not None for text in foreign)
    return (double_read >= 2 and double_read > DOUBLE_READ_SHARE * len(foreign)) or (
        replaced >= 2 and replaced > REPLACED_SHARE * len(foreign)
    )
