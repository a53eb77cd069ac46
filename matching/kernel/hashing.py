"""Stable 64-bit keys: one text has one key in every process and on every machine, so that nights and Spark's workers agree.

Two of ten million different texts share a key once in 370,000 tries (the birthday bound of 64 bits); 0 is the key of nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from matching.arrays import Ints, Letters
from matching.kernel.compiled import inner, outer

GOLDEN, MIX_1, MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
SEED = np.uint64(0x632BE59BD9B4E019)


@inner
def mixed(key: Any, part: Any) -> Any:
    """One key of a key and a part (splitmix64)."""
    key = np.uint64(key) * GOLDEN + np.uint64(part) + SEED
    key = (key ^ (key >> np.uint64(30))) * MIX_1
    key = (key ^ (key >> np.uint64(27))) * MIX_2
    return key ^ (key >> np.uint64(31))


@inner
def whole(key: Any) -> Any:
    """A key as the signed integer that tables hold, never 0."""
    return np.int64(key) if key != np.uint64(0) else np.int64(1)


@outer
def _hash_bytes(offsets: Any, content: Any, found: Any) -> None:
    for row in range(len(found)):
        key = np.uint64(offsets[row + 1] - offsets[row])
        part, held = np.uint64(0), 0
        for place in range(offsets[row], offsets[row + 1]):
            part = (part << np.uint64(8)) | np.uint64(content[place])
            held += 1
            if held == 8:
                key, part, held = mixed(key, part), np.uint64(0), 0
        found[row] = whole(mixed(key, part))


def text_keys(texts: pa.Array) -> Ints:
    """The key of each text of a string array, in its order; a missing one has the key of the empty text."""
    offsets, content = text_buffers(texts)
    found = np.empty(len(texts), dtype=np.int64)
    _hash_bytes(offsets, content, found)
    return found


def text_buffers(texts: pa.Array) -> tuple[Ints, np.ndarray]:
    """Where each text begins and ends, and its bytes."""
    plain = texts if pa.types.is_large_string(texts.type) else texts.cast(pa.large_string())
    if not len(plain):
        return np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.uint8)
    _, offsets, content = plain.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64)[plain.offset : plain.offset + len(plain) + 1]
    return bounds, np.frombuffer(content, dtype=np.uint8) if content is not None else np.zeros(0, dtype=np.uint8)


@outer
def _decode(offsets: Any, content: Any, letters: Any, starts: Any) -> Any:
    """UTF-8 to code points."""
    written = 0
    for row in range(len(starts) - 1):
        place = offsets[row]
        while place < offsets[row + 1]:
            lead = np.uint32(content[place])
            extra = 0 if lead < 0x80 else 1 if lead < 0xE0 else 2 if lead < 0xF0 else 3
            point = lead if extra == 0 else lead & np.uint32(0x3F >> extra)
            for step in range(extra):
                point = (point << np.uint32(6)) | (np.uint32(content[place + 1 + step]) & np.uint32(0x3F))
            letters[written] = point
            written += 1
            place += extra + 1
        starts[row + 1] = written
    return written


def letters_of(texts: pa.Array) -> tuple[Letters, Ints]:
    """Code points of all texts, one after the other, and where each text starts; never bytes."""
    offsets, content = text_buffers(texts)
    letters = np.empty(int(offsets[-1] - offsets[0]), dtype=np.uint32)
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    return letters[: _decode(offsets, content, letters, starts)].copy(), starts
