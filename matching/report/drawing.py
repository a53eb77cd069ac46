"""How pictures are made: one style, as vector and as pixels, with a font that has Chinese or, where the machine has none, with English labels."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

from matching.report.words import Words

CHINESE_FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
    "SimHei", "Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Droid Sans Fallback", "Noto Sans CJK JP",
)  # fmt: skip
"""Best first. The last has the forms of characters that Japan writes: still better than English for a reader of Chinese."""
FONT_FILES = ("notosanscjk", "notoserifcjk", "sourcehan", "wqy", "msyh", "simhei", "simsun", "pingfang", "droidsansfallback")

CLIP = re.compile(rb"\bp[0-9a-f]{10}\b")

INK, PALE, ACCENT = "#1a1a1a", "#8c8c8c", "#1f4e79"
DOTS_AN_INCH = 160
WIDTH = 8.6
"""Inches: on A4 a letter of 9 points is then printed at 7.5."""


@dataclass(frozen=True)
class Picture:
    """One chart, as SVG and PNG. `name`: of its file, without ending. `alt`: what it shows, in words. `width`: of the page, per cent."""

    name: str
    alt: str
    svg: bytes
    png: bytes
    width: int = 100


def steady(svg: bytes) -> bytes:
    """The ids of clip paths hang on where objects lie in memory: numbered instead, in the order in which they occur."""
    numbers: dict[bytes, bytes] = {}
    return CLIP.sub(lambda found: numbers.setdefault(found[0], b"clip%d" % len(numbers)), svg)


@cache
def chinese_font() -> str | None:
    """The best font of this machine that has Chinese, None without one."""
    known = {font.name for font in font_manager.fontManager.ttflist}
    if not known & set(CHINESE_FONTS):  # installed after matplotlib wrote its list
        for path in font_manager.findSystemFonts():
            if Path(path).stem.lower().replace("-", "").startswith(FONT_FILES):
                font_manager.fontManager.addfont(path)
        known = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE_FONTS if name in known), None)


def chart_words(words: Words) -> Words:
    """The page's words, or English ones where no font could show them."""
    return replace(words, locale="en") if words.locale == "zh" and chinese_font() is None else words


def style(words: Words, name: str) -> dict[str, Any]:
    """Matplotlib's settings. Letters become outlines in SVG, so that the page needs no font; ids are fixed, so that a run gives the same bytes."""
    fonts = [chinese_font(), "DejaVu Sans"] if words.locale == "zh" else ["DejaVu Sans"]
    return {
        "font.family": [font for font in fonts if font],
        "font.size": 9,
        "axes.titlesize": 9.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.8,
        "axes.edgecolor": INK,
        "hatch.linewidth": 0.6,
        "text.hinting": "none",
        "svg.fonttype": "path",
        "svg.hashsalt": name,
    }


def drawn(name: str, alt: str, words: Words, draw: Callable[[Words], Figure]) -> Picture:
    """A chart in both forms."""
    words = chart_words(words)
    with mpl.rc_context(style(words, name)):
        figure = draw(words)
        figure.set_dpi(DOTS_AN_INCH)  # widths of letters hang on it
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # laid out once, not anew for each form
        svg, png = io.BytesIO(), io.BytesIO()
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        figure.savefig(png, format="png", dpi=DOTS_AN_INCH, metadata={"Software": None})
    return Picture(name, alt, steady(svg.getvalue()), png.getvalue(), round(100 * figure.get_figwidth() / WIDTH))
