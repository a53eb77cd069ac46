"""Which characters look alike: makes `matching/forms/look_alikes.npz` again from a font and from what characters are composed of.

Two characters are a pair where `turns + 0.5 * ink + 0.75 * parts >= 1.16`:
    turns: cosine of the strokes' directions (square roots of four directions' energy in 12 x 12 cells, less the mean of all characters)
    ink:   correlation of the ink in 24 x 24 cells
    parts: strokes of the components that both have at one and the same place, as a share of the strokes of the larger character

Sources. Noto Serif CJK SC (SIL OFL 1.1; no glyph reaches the table, and the licence does not bind documents made with the font): `apt-get download
fonts-noto-cjk`, `dpkg -x`, NotoSerifCJK-Regular.ttc. Ideographic description sequences of BabelStone ("may be used freely for any purpose without asking
permission") and stroke counts of Unihan (Unicode-3.0): `npm pack @mandel59/mojidata@1.8.1`, dist/moji.db, of which only the tables `ids` and
`unihan_kTotalStrokes` are read; others in it are CC-BY-SA.

`python -m bench.look_alikes FONT.ttc MOJI.db OUT.npz [--check matching/forms/look_alikes.npz]` takes some three minutes and 1 GB. A pair within a rounding
error of the threshold may come or go with another FreeType or BLAS: `--check` names those, and fails where there are any.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

FACE = 2
"""Noto Serif CJK SC in its collection: the mainland's forms."""
BASIC = range(0x4E00, 0xA000)
INK_WEIGHT, PARTS_WEIGHT, THRESHOLD = 0.5, 0.75, 1.16
DRAWN, SEEN, BASELINE = 96, 48, 0.88
"""Pixels in which a character is drawn and looked at; where its baseline lies."""
CELLS, INK_CELLS, DIRECTIONS = 12, 24, 4
BATCH = 512
DEEP = 4
"""Levels to which a character is opened: no component of a common one lies deeper."""
HIGHER = 21
"""Bits of the higher code point in a packed pair."""

TWO, THREE, ONE = set("⿰⿱⿴⿵⿶⿷⿸⿹⿺⿻㇯\u2ffc\u2ffd"), set("⿲⿳"), set("\u2ffe\u2fff〾")
SUBTRACTED = "〾"
"""A form like another: nothing is known of what it is composed of."""
TOKEN = re.compile(r"\{\d+\}|&[^;]+;|.")

Floats = npt.NDArray[np.float32]
Packed = npt.NDArray[np.uint64]
Tree = Any
"""A character, or a tuple of how components are arranged and the components."""


class Composition:
    """What characters are composed of, and of how many strokes; read-only, with what was worked out kept."""

    def __init__(self, trees: dict[str, Tree], counts: dict[str, int]) -> None:
        self.trees, self.counts = trees, counts
        self.opened = lru_cache(None)(self._opened)
        self.strokes = lru_cache(None)(self._strokes)
        self.shared = lru_cache(1 << 20)(self._shared)
        self.inside = lru_cache(None)(self._inside)

    @classmethod
    def read(cls, path: Path) -> Composition:
        """From mojidata's database: the mainland's sequence of a character where there is one, else the first."""
        first: dict[str, str] = {}
        mainland: dict[str, str] = {}
        base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        for char, source, sequence in base.execute("SELECT UCS, source, IDS FROM ids"):
            first.setdefault(char, sequence)
            if "G" in source:
                mainland.setdefault(char, sequence)
        counts = {char: int(told.split()[0]) for char, told in base.execute("SELECT UCS, value FROM unihan_kTotalStrokes")}
        base.close()
        return cls({char: tree_of(sequence) for char, sequence in (first | mainland).items()}, counts)

    def _opened(self, tree: Tree) -> Tree:
        """A character opened one level; itself where it has no parts."""
        told = tree if isinstance(tree, tuple) else self.trees.get(tree, tree)
        return told if isinstance(told, tuple) and told[0] != SUBTRACTED else tree

    def _strokes(self, tree: Tree) -> int:
        """How many strokes; a component that has no code point and no sequence counts for two, an unknown character for one."""
        if isinstance(tree, tuple):
            return sum(self.strokes(part) for part in tree[1:])
        if tree in self.counts:
            return self.counts[tree]
        told = self.opened(tree)
        if isinstance(told, tuple):
            return self.strokes(told)
        return 2 if tree[0] in "{&" else 1

    def _shared(self, one: Tree, two: Tree, deep: int = DEEP) -> int:
        """Strokes that both have: of the same components at the same places, or of one that is a component of the other."""
        if one == two:
            return self.strokes(one)
        if not deep:
            return 0
        left, right = self.opened(one), self.opened(two)
        parts_left, parts_right = (told[1:] if isinstance(told, tuple) else () for told in (left, right))
        best = 0
        if parts_left and parts_right and left[0] == right[0] and len(left) == len(right):
            best = sum(self.shared(part, other, deep - 1) for part, other in zip(parts_left, parts_right, strict=True))
        for part in parts_left:
            best = max(best, self.shared(part, two, deep - 1))
        for part in parts_right:
            best = max(best, self.shared(one, part, deep - 1))
        return best

    def _inside(self, tree: Tree, deep: int = DEEP) -> frozenset[Tree]:
        """A character and all components of it: what have none in common share no stroke."""
        told, found = self.opened(tree), {tree}
        if deep and isinstance(told, tuple):
            for part in told[1:]:
                found |= self.inside(part, deep - 1)
        return frozenset(found)

    def likeness(self, one: str, two: str) -> float:
        """Shared strokes as a share of the larger character's."""
        return self.shared(one, two) / max(self.strokes(one), self.strokes(two), 1)


def tree_of(sequence: str) -> Tree:
    """An ideographic description sequence as a tree; what it lacks is `?`."""
    return _next_tree(iter(TOKEN.findall(sequence)))


def _next_tree(tokens: Iterator[str]) -> Tree:
    token = next(tokens, "?")
    size = 2 if token in TWO else 3 if token in THREE else 1 if token in ONE else 0
    return (token, *[_next_tree(tokens) for _ in range(size)]) if size else token


def bitmap(font: ImageFont.FreeTypeFont, char: str) -> Floats:
    """The ink of a character, 0 to 1, in SEEN x SEEN pixels."""
    image = Image.new("L", (DRAWN, DRAWN))
    ImageDraw.Draw(image).text((0, round(BASELINE * DRAWN)), char, font=font, fill=255, anchor="ls")
    return np.asarray(image.resize((SEEN, SEEN), Image.Resampling.BOX), dtype=np.float32) / 255


def blurred(planes: Floats, sigma: float) -> Floats:
    """Gaussian blur of the last two axes, edges mirrored."""
    reach = int(4 * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights = (weights / weights.sum()).astype(np.float32)
    for axis in (-2, -1):
        margins = [(0, 0)] * (planes.ndim - 2) + [(reach, reach) if one == axis else (0, 0) for one in (-2, -1)]
        padded, size = np.pad(planes, margins, mode="symmetric"), planes.shape[axis]
        planes = sum(weight * np.take(padded, range(at, at + size), axis=axis) for at, weight in enumerate(weights))
    return planes


def in_cells(planes: Floats, cells: int) -> Floats:
    """The mean of each cell; a row a character."""
    step = planes.shape[1] // cells
    return planes.reshape(len(planes), cells, step, cells, step).mean((2, 4)).reshape(len(planes), -1)


def directions(bitmaps: Floats) -> Floats:
    """The square root of how much of a character runs in each direction in each cell."""
    down, across = np.gradient(bitmaps, axis=(1, 2))
    size = np.hypot(across, down)
    turn = np.mod(np.arctan2(down, across), np.pi) / np.pi * DIRECTIONS
    low = np.floor(turn).astype(int) % DIRECTIONS
    part = turn - np.floor(turn)
    planes = []
    for direction in range(DIRECTIONS):
        share = np.where(low == direction, 1 - part, 0) + np.where((low + 1) % DIRECTIONS == direction, part, 0)
        planes.append(in_cells(blurred(size * share.astype(np.float32), 2.0), CELLS))
    return np.sqrt(np.concatenate(planes, 1))


def unit(rows: Floats) -> Floats:
    """Each row at length 1."""
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def features(chars: list[str], font: ImageFont.FreeTypeFont) -> Floats:
    """A row a character; the dot product of two rows is `turns + INK_WEIGHT * ink`."""
    turns, ink = [], []
    for start in range(0, len(chars), BATCH):
        bitmaps = np.stack([bitmap(font, char) for char in chars[start : start + BATCH]])
        ink.append(in_cells(bitmaps, INK_CELLS))
        turns.append(directions(blurred(bitmaps, 1.0)))
    all_turns, all_ink = np.concatenate(turns), np.concatenate(ink)
    correlated = unit(all_ink - all_ink.mean(1, keepdims=True))
    return np.hstack([unit(all_turns - all_turns.mean(0)), np.float32(INK_WEIGHT**0.5) * correlated])


def pairs_of(chars: list[str], rows: Floats, composition: Composition) -> Packed:
    """All pairs at or above the threshold, packed as `lower << HIGHER | higher`, ascending. `chars` ascend."""
    strokes = np.array([composition.strokes(char) for char in chars], np.float32)
    inside = [composition.inside(char) for char in chars]
    found: list[int] = []
    for start in range(0, len(chars), BATCH):
        drawn, here = rows[start : start + BATCH] @ rows[start:].T, strokes[start : start + BATCH, None]
        # No pair shares more strokes than the smaller one has: what cannot reach the threshold is not opened.
        most = np.minimum(here, strokes[None, start:]) / np.maximum(here, strokes[None, start:])
        lower, higher = np.nonzero(drawn + PARTS_WEIGHT * most >= THRESHOLD)
        later = higher > lower
        lower, higher = lower[later], higher[later]
        told = zip((lower + start).tolist(), (higher + start).tolist(), drawn[lower, higher].tolist(), strict=True)
        for one, two, likeness in told:
            if not inside[one].isdisjoint(inside[two]):
                likeness += PARTS_WEIGHT * composition.likeness(chars[one], chars[two])
            if likeness >= THRESHOLD:
                found.append(ord(chars[one]) << HIGHER | ord(chars[two]))
    return np.sort(np.array(found, dtype=np.uint64))


def characters_of(path: Path) -> list[str]:
    """The characters of the basic block that the font has, ascending."""
    from fontTools.ttLib import TTCollection

    with TTCollection(path, lazy=True) as collection:
        drawn = set(collection.fonts[FACE].getBestCmap())
    return [chr(point) for point in BASIC if point in drawn]


def unpacked(pairs: Packed) -> dict[str, npt.NDArray[np.uint16]]:
    """Lower and higher code point of each pair, as the file holds them."""
    return {"low": (pairs >> np.uint64(HIGHER)).astype(np.uint16), "high": (pairs & np.uint64((1 << HIGHER) - 1)).astype(np.uint16)}


def read_pairs(path: Path) -> Packed:
    """The pairs of a file."""
    with np.load(path) as told:
        return told["low"].astype(np.uint64) << np.uint64(HIGHER) | told["high"].astype(np.uint64)


def differences(made: Packed, kept: Packed) -> list[str]:
    """Pairs that only one of two tables has, with the sign of the side: + made, - kept."""
    sides = (("+", np.setdiff1d(made, kept)), ("-", np.setdiff1d(kept, made)))
    return [f"{sign}{chr(low)}{chr(high)}" for sign, pairs in sides for low, high in zip(*unpacked(pairs).values(), strict=True)]


def main() -> None:
    """Make the table, and hold it against the one that is kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("font", "moji", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--check", type=Path, help="a table that the new one should equal")
    wanted = parser.parse_args()
    chars = characters_of(wanted.font)
    rows = features(chars, ImageFont.truetype(wanted.font, DRAWN, index=FACE))
    pairs = pairs_of(chars, rows, Composition.read(wanted.moji))
    np.savez_compressed(wanted.out, **unpacked(pairs))
    print(f"{len(chars)} characters, {len(pairs)} pairs")
    if wanted.check:
        found = differences(pairs, read_pairs(wanted.check))
        print(f"{len(found)} differences", *found)
        raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
