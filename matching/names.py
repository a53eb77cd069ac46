"""How alike two personal names are: written forms, sounds, shapes, parts; worked out on distinct names in code points, never bytes.

Chinese names have two to four characters, so that edit distances tuned for long names say nothing; what goes wrong is
named in domain.md 2.4 (rows 4 to 11), and each level below stands for one of those mechanisms.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import Indel

from matching.dictionary import Bools, Codes, Floats, Levels, character_matrix, ids_of
from vocabulary.names import DOT, PLACEHOLDER, SEPARATORS, SOFT_SEPARATORS, match_key, tidy

LEVELS = ("exact", "variant", "same_sound", "near_sound", "given_name", "similar", "partial", "different")
EXACT, VARIANT, SAME_SOUND, NEAR_SOUND, GIVEN_NAME, SIMILAR, PARTIAL, DIFFERENT = range(len(LEVELS))
MISSING = len(LEVELS)

WIDTH = 10
"""Characters compared place by place; longer names (transliterations) are also compared as strings."""
SHORT = 4
"""Han names without a separator have at most four characters (domain.md 2.5: compound surnames)."""
ALIKE = 0.75
"""Indel similarity from which two long names count as one transliteration; 买买提/麦麦提 forms lie above it."""

SURNAME_FORMS = dict(zip("傅萧蕭阎閻戴蓝藍邱詹佘甯寧宁葉锺鍾鐘於沈瀋閤", "付肖肖闫闫代兰兰丘占余宁宁宁叶钟钟钟于沈沈合", strict=True))
"""Variant and second-round simplified surnames, read in both directions (domain.md 2.4 row 7)."""
LOOK_ALIKES = (
    "未末 己已巳 士土 日曰 人入八 天夫夭 子孑 干千于 午牛 王玉主 田由甲申 大太犬 朋明 晴睛 浩洁 玥钥 宇字 辰晨 萱宣 涵函 泽择 怡恰 沐沭 晗皓 瑶谣 琪淇棋 "
    "妍研 颖颍 贺货 冶治 坚竖 侯候 茜莤 淼森 昊吴 晖辉 炜伟玮 刚钢 莹萤 苹萍 冬东 杨扬 陈阵 戊戌戍 令今 汩汨 祎袆 芊芋 梅海 珊姗 娜哪 婷停 "
    "铭铬 俊峻 桐洞 淳谆 妮尼 嘉喜 悦说 雯霎 霖霏 瀚翰 煜昱 郝赫 奕弈 炎焱 凯剀 许计 刘列 锦绵 芳苏 彤形 琴琵"
)
"""Groups of characters that shape-based input and poor print confuse; the first of a group stands for all."""
NEAR_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"), ("hu", "fu"), ("l", "n"))
"""Sounds that dialects and hurried typists do not tell apart."""


@cache
def _simplifier() -> object:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=100_000)
def syllable(character: str) -> str:
    """Toneless pinyin of one character, whichever word it stands in, so that one character has one sound."""
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(character)[0]) if not character.isascii() else character


@lru_cache(maxsize=10_000)
def blurred(sound: str) -> str:
    """A syllable without the distinctions that are not heard everywhere: zh/z, ang/an, l/n …"""
    for clear, loose in NEAR_SOUNDS:
        if len(clear) > 1 and clear.endswith("g"):
            sound = sound.removesuffix(clear) + loose if sound.endswith(clear) else sound
        elif sound.startswith(clear):
            sound = loose + sound[len(clear) :]
    return sound


def simplified(key: str) -> str:
    """The simplified, canonical form of a match key: one form for a name's traditional and variant ones."""
    plain = "".join(simple_character(letter) for letter in key)
    return SURNAME_FORMS.get(plain[0], plain[0]) + plain[1:]


@lru_cache(maxsize=100_000)
def simple_character(character: str) -> str:
    """The simplified form of one character: names follow no phrase, so that a phrase dictionary would only cost time."""
    return str(_simplifier().convert(character))  # type: ignore[attr-defined]


PLAIN_HAN = re.compile("[\u4e00-\u9fff]{2,4}")
DAMAGED = "锟斤拷"


def key_of(name: str) -> str:
    """The match key of a name that is not missing, empty where nothing of it can be compared; a plain Han name is its own."""
    return name if PLAIN_HAN.fullmatch(name) and name != DAMAGED else match_key(name) or ""


def milk_syllable(plain: str) -> str | None:
    """The character that a milk name repeats or dresses up (涵涵, 小涵, 阿涵), else None."""
    if len(plain) == 2 and (plain[0] == plain[1] or plain[0] in "小阿大"):
        return plain[1]
    return None


class NameDictionary:
    """What can be said of each distinct name once. Arrays are indexed by the name's code.

    `key_ids`, `plain_ids`, `sound_ids`, `near_ids`: equal integers for equal match keys, simplified forms, sounds, blurred sounds.
    """

    def __init__(self, values: pd.Index) -> None:
        keys = [key_of(str(value)) for value in values]
        self.plain = [simplified(key) if key else "" for key in keys]
        sounds = [[syllable(letter) for letter in name] for name in self.plain]
        near = [[blurred(sound) for sound in name] for name in sounds]
        self.key_ids, self.plain_ids = ids_of(keys), ids_of(self.plain)
        self.sound_ids = ids_of(["".join(name) for name in sounds])
        self.near_ids = ids_of(["".join(name) for name in near])
        self.near_text = ["".join(name) for name in near]
        self.lengths = np.array([len(name) for name in self.plain], dtype=np.int16)
        self.characters = character_matrix(self.plain, WIDTH)
        self.shapes = _shape_of(self.characters)
        self.sounds = _syllable_matrix(near)
        self.milk = character_matrix([milk_syllable(name) or "" for name in self.plain], 1)[:, 0]
        dotted = [_dotted(str(value)) for value in values]
        self.first_parts = ids_of([_first_part(str(value), key, has_dot) for value, key, has_dot in zip(values, keys, dotted, strict=True)])
        self.long = (self.lengths > SHORT) | np.array(dotted, dtype=bool)

    def levels(self, left: Codes, right: Codes) -> Levels:
        """The level of each pair of codes (see LEVELS); MISSING where a side has no name."""
        found = np.full(len(left), DIFFERENT, dtype=np.int8)
        known = (left >= 0) & (right >= 0)
        for level, ids in ((NEAR_SOUND, self.near_ids), (SAME_SOUND, self.sound_ids), (VARIANT, self.plain_ids), (EXACT, self.key_ids)):
            if len(ids):
                found[known & (ids[left] == ids[right])] = level
        found[~known] = MISSING
        open_pairs = np.flatnonzero(found == DIFFERENT)
        if len(open_pairs):
            found[open_pairs] = self._inexact(left[open_pairs], right[open_pairs])
        return found

    def _inexact(self, left: Codes, right: Codes) -> Levels:
        """Levels of pairs that neither look nor sound alike as a whole."""
        found = self._by_place(left, right)
        found = np.minimum(found, self._one_missing(left, right))
        found = np.minimum(found, self._milk_name(left, right))
        long = np.flatnonzero(self.long[left] & self.long[right] | (self.lengths[left] > SHORT) | (self.lengths[right] > SHORT))
        if len(long):
            found[long] = np.minimum(found[long], self._transliterated(left[long], right[long]))
        return found

    def _agreement(self, left: Codes, right: Codes) -> tuple[Bools, Bools]:
        """Place by place: agree in shape, sound or placeholder; and agree in the character itself."""
        one, two = self.characters[left], self.characters[right]
        same = (one == two) & (one != 0)
        wild = ((one == ord(PLACEHOLDER)) & (two != 0)) | ((two == ord(PLACEHOLDER)) & (one != 0))
        alike = (self.shapes[left] == self.shapes[right]) & (one != 0)
        heard = (self.sounds[left] == self.sounds[right]) & (self.sounds[left] >= 0)
        return same | wild | alike | heard, same

    def _by_place(self, left: Codes, right: Codes) -> Levels:
        """One of three or more characters differs, or only such as look or sound alike: similar; all but the surname agree: partial."""
        found = np.full(len(left), DIFFERENT, dtype=np.int8)
        length = self.lengths[left]
        agree, same = self._agreement(left, right)
        comparable = (length == self.lengths[right]) & (length <= WIDTH) & same.any(axis=1)
        differing = length - agree.sum(axis=1)
        # A placeholder stands for one unknown character; a second difference beside it is another name.
        guessed = (self.characters[left] == ord(PLACEHOLDER)).any(axis=1) | (self.characters[right] == ord(PLACEHOLDER)).any(axis=1)
        close = comparable & ((differing == 0) | ((differing == 1) & (length >= 3) & agree[:, 0] & ~guessed))
        given = comparable & (differing == 1) & (length >= 3) & ~agree[:, 0]
        found[given] = PARTIAL
        found[close] = SIMILAR
        return found

    def _one_missing(self, left: Codes, right: Codes) -> Levels:
        """One character is missing on a side: similar; the surname is, and the whole given name agrees: given_name."""
        found = np.full(len(left), DIFFERENT, dtype=np.int8)
        swap = self.lengths[left] < self.lengths[right]
        longer, shorter = np.where(swap, right, left), np.where(swap, left, right)
        length = self.lengths[shorter]
        fits = np.flatnonzero((self.lengths[longer] == length + 1) & (length >= 2) & (length < WIDTH))
        if not len(fits):
            return found
        whole, part = self.characters[longer[fits]], self.characters[shorter[fits]]
        place = np.arange(WIDTH - 1)
        inside = place[None, :] < length[fits, None]
        head = np.cumprod((whole[:, :-1] == part[:, :-1]) & inside, axis=1).sum(axis=1)
        shifted = (whole[:, 1:] == part[:, :-1]) | ~inside
        tail = np.array([True]) & shifted  # all places from some place on agree once shifted
        tail_from = (WIDTH - 1) - np.cumprod(tail[:, ::-1], axis=1).sum(axis=1)
        found[fits[tail_from <= head]] = SIMILAR
        found[fits[(tail_from == 0) & (head == 0)]] = GIVEN_NAME
        return found

    def _milk_name(self, left: Codes, right: Codes) -> Levels:
        """The other name holds the character of a milk name, or a character of its sound: partial."""
        found = np.full(len(left), DIFFERENT, dtype=np.int8)
        for milk, other in ((left, right), (right, left)):
            rows = np.flatnonzero(self.milk[milk] > 0)
            if len(rows):
                given = self.characters[other[rows]][:, 1:]
                sounds = self.sounds[other[rows]][:, 1:]
                own = self.sounds[milk[rows]][:, 1:2]
                holds = (given == self.milk[milk[rows], None]) | ((sounds == own) & (sounds >= 0))
                found[rows[holds.any(axis=1)]] = PARTIAL
        return found

    def _transliterated(self, left: Codes, right: Codes) -> Levels:
        """Long names: a cut-off or reordered transliteration is similar; a shared first part is partial."""
        found = np.full(len(left), DIFFERENT, dtype=np.int8)
        found[(self.first_parts[left] == self.first_parts[right]) & (self.first_parts[left] >= 0)] = PARTIAL
        shorter = np.minimum(self.lengths[left], self.lengths[right])
        agree, _ = self._agreement(left, right)
        prefix = np.cumprod(agree, axis=1).sum(axis=1) >= np.minimum(shorter, WIDTH)
        found[prefix & (shorter >= 2)] = PARTIAL
        found[prefix & (shorter >= 3)] = SIMILAR
        found[self._likeness(left, right) >= ALIKE] = SIMILAR
        return found

    def _likeness(self, left: Codes, right: Codes) -> Floats:
        """Indel similarity of the blurred sounds, 0 to 1, one computation per distinct pair."""
        keys, inverse = np.unique(left.astype(np.int64) << 32 | right.astype(np.int64), return_inverse=True)
        one = [self.near_text[code] for code in (keys >> 32)]
        two = [self.near_text[code] for code in (keys & 0xFFFFFFFF)]
        return np.asarray(process.cpdist(one, two, scorer=Indel.normalized_similarity, workers=1), dtype=np.float64)[inverse]


def _shape_of(characters: np.ndarray) -> np.ndarray:
    """Each character's stand-in for all that look like it."""
    shapes = characters.copy()
    for group in LOOK_ALIKES.split():
        for letter in group[1:]:
            shapes[characters == ord(letter)] = ord(group[0])
    return shapes


def _syllable_matrix(names: list[list[str]]) -> Codes:
    """Codes of blurred syllables by place, -1 beyond the end."""
    distinct = {sound: code for code, sound in enumerate(sorted({sound for name in names for sound in name}))}
    matrix = np.full((len(names), WIDTH), -1, dtype=np.int32)
    for row, name in enumerate(names):
        codes = [distinct[sound] for sound in name[:WIDTH]]
        matrix[row, : len(codes)] = codes
    return matrix


def _dotted(name: str) -> bool:
    return bool(SEPARATORS.search(name) or SOFT_SEPARATORS.search(name))


def _first_part(name: str, key: str, has_dot: bool) -> str | None:
    """What stands before the first separator of a name that has one; the whole key otherwise, if it has two characters or more."""
    first = (tidy(name) or "").split(DOT)[0] if has_dot else key
    return first if len(first) >= 2 else None
