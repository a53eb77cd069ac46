"""Task numbers: all that a paper list shows of a finding, opaque, and safe against a slip of the pen.

Nine characters of Crockford's base 32 (no I, L, O, U, which are misread) and one check character by ISO/IEC 7064
MOD 37,36, which catches every single wrong character and nearly every swap of neighbours. Written `AB3DE-7K9MX`.
"""

from __future__ import annotations

import hashlib

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WRITTEN = r"^[0-9A-Z]{5}-[0-9A-Z]{5}$"
"""How a number looks, whatever its check character says."""
PAYLOAD = 9
MISREAD = str.maketrans("ILO", "110")


def task_number(finding_id: str, desk: str, attempt: int = 0) -> str:
    """The same finding and desk always have the same number; `attempt` gives the next one where it is taken."""
    while True:
        digest = hashlib.sha256(f"{finding_id}|{desk}|{attempt}".encode()).digest()
        number = int.from_bytes(digest[:8], "big")
        payload = "".join(CROCKFORD[(number >> (5 * place)) & 31] for place in range(PAYLOAD))
        check = check_character(payload)
        if check in CROCKFORD:
            return f"{payload[:5]}-{payload[5:]}{check}"
        attempt += 1_000_003  # a check character that is misread: take another payload


def check_character(payload: str) -> str:
    """ISO/IEC 7064, hybrid system MOD 37,36."""
    product = 36
    for character in payload:
        total = (product + ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return ALPHABET[(37 - product) % 36]


def read_task_number(text: str) -> str | None:
    """The number as hedui writes it, from how a person typed it; None where the check character does not fit."""
    typed = "".join(text.split()).replace("-", "").upper().translate(MISREAD)
    if len(typed) != PAYLOAD + 1 or not set(typed) <= set(CROCKFORD):
        return None
    return f"{typed[:5]}-{typed[5:]}" if check_character(typed[:-1]) == typed[-1] else None
