"""Which characters look alike: what shape-based input, poor print and tired eyes confuse (domain.md 2.4 row 6).

`look_alikes.npz` holds 273,691 pairs of the 20,992 characters of the basic block, worked out once by `bench/look_alikes.py` from the strokes' directions
and the ink of rendered characters and from the strokes that their components share (docs/dependencies.md: sources and licences). Names of people
hold them by chance in 0.2 % of two different characters. Some pairs that everybody knows are too few strokes for that measure, and are listed here.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np

from matching.arrays import Ints, distinct

KNOWN = (
    "未末 己已巳 士土 日曰 人入八 天夫夭 子孑 干千于 午牛 王玉主 田由甲申 大太犬 朋明 晴睛 浩洁 玥钥 宇字 辰晨 萱宣 涵函 泽择 怡恰 沐沭 晗皓 瑶谣 琪淇棋 "
    "妍研 颖颍 贺货 冶治 坚竖 侯候 茜莤 淼森 昊吴 晖辉 炜伟玮 刚钢 莹萤 苹萍 冬东 杨扬 陈阵 戊戌戍 令今 汩汨 祎袆 芊芋 梅海 珊姗 娜哪 婷停 "
    "铭铬 俊峻 桐洞 淳谆 妮尼 嘉喜 悦说 雯霎 霖霏 瀚翰 煜昱 郝赫 奕弈 炎焱 凯剀 许计 刘列 锦绵 芳苏 彤形 琴琵"
)
HIGHER = 21
"""Bits of the higher code point in a packed pair."""


@cache
def look_alikes() -> Ints:
    """All pairs, packed as `lower << 21 | higher`, ascending."""
    with np.load(Path(__file__).parent / "look_alikes.npz") as packed:
        pairs = packed["low"].astype(np.int64) << HIGHER | packed["high"].astype(np.int64)
    known = [(min(pair) << HIGHER) | max(pair) for group in KNOWN.split() for pair in combinations(map(ord, group), 2)]
    found = distinct(np.concatenate([pairs, np.array(known, dtype=np.int64)]))
    return found
