"""The charts that need a truth: how reliable probabilities are, and how equal errors."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from matching.estimate.weights import bits
from matching.parity import GROUPS, JUDGED, Error, rows_of
from matching.reliability import Bin, Reliability
from matching.report.drawing import ACCENT, INK, PALE, WIDTH
from matching.report.numbers import plain
from matching.report.words import Words

SHARES = (1e-4, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999)
LEAST, MOST = 2e-5, 1 - 2e-5
"""Ends of the log-odds axes: a share of nought or one is drawn there."""
RATES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
LEAST_RATE = 5e-5


def reliability_chart(told: Reliability, words: Words) -> Figure:
    """Stated against true share on log-odds axes; below it the pairs of each bin."""
    figure = Figure(figsize=(WIDTH * 0.78, 6.6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.4, 1])
    ends = [bits(LEAST), bits(MOST)]
    above.plot(ends, ends, color=PALE, lw=1, ls="--", label=words("reliability", "diagonal"))
    extreme = words("reliability", "edge")
    for one in told.bins:
        _bin(above, one)
        below.bar(_held(one.stated), one.pairs, width=0.9, color="white", edgecolor=INK, hatch="/////", lw=0.8)
        below.annotate(
            f"{one.pairs:,}", (_held(one.stated), one.pairs), xytext=(0, 2), textcoords="offset points", ha="center", fontsize=7.5
        )
    above.plot([], [], "o", color=INK, mfc="white", ms=5.5, label=extreme)
    above.legend(loc="upper left", frameon=False, fontsize=8)
    ticks, labels = [bits(one) for one in SHARES], [plain(one) for one in SHARES]
    above.set_yticks(ticks, labels, fontsize=8)
    below.set_xticks(ticks, labels, fontsize=8)
    above.set(ylim=(ends[0] - 0.6, ends[1] + 0.6), ylabel=words("reliability", "true_axis"))
    above.grid(color="#e2e2e2", lw=0.5)
    below.set(
        yscale="log",
        xlim=(ends[0] - 0.6, ends[1] + 0.6),
        xlabel=words("reliability", "stated_axis"),
        ylabel=words("reliability", "count_axis"),
    )
    below.set_ylim(0.7, max([1, *(one.pairs for one in told.bins)]) * 6)
    below.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    return figure


def _held(share: float) -> float:
    return bits(min(max(share, LEAST), MOST))


def _bin(axes: Any, one: Bin) -> None:
    """A point with its interval; hollow at the edge where all or none of the pairs are true."""
    x, low, high = _held(one.stated), _held(one.interval[0]), _held(one.interval[1])
    axes.plot([x, x], [low, high], color=ACCENT, lw=1.4, solid_capstyle="butt")
    inner = 0 < one.true < one.pairs
    axes.plot(x, _held(one.share), "o", color=INK, mfc=INK if inner else "white", ms=5.5 if not inner else 4.5)


def parity_chart(parity: pd.DataFrame, words: Words) -> Figure:
    """Missed and false links side by side, a row a group, with 95 % intervals; the upright line is the rate of all children."""
    names = [(attribute, group) for attribute, group in dict.fromkeys(zip(parity["attribute"], parity["group"], strict=True))]
    attributes = [name for name in GROUPS if name in set(parity["attribute"])]
    places, y = {}, 0.0
    for attribute in attributes:
        y += 1
        for name in (name for name in names if name[0] == attribute):
            places[name] = y
            y += 1
    figure = Figure(figsize=(WIDTH, 0.235 * y + 1.2), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True, sharex=True)
    for axes, error in zip(panels, Error, strict=True):
        _parity_panel(axes, parity[parity["error"] == error], places, words)
        axes.set_title(words("parity", error))
        axes.set_xlabel(words("parity", "axis"))
    labels = {place: words.group(*name) for name, place in places.items()}
    labels |= {
        min(place for name, place in places.items() if name[0] == attribute) - 0.95: words.code("attribute", attribute)
        for attribute in attributes
    }
    panels[0].set_yticks(list(labels), list(labels.values()), fontsize=8.5)
    for tick, label in zip(labels, panels[0].get_yticklabels(), strict=True):
        label.set_fontweight("normal" if tick in places.values() else "bold")
    panels[0].set_ylim(y - 0.3, -0.6)
    handles, titles = panels[0].get_legend_handles_labels()
    figure.legend(handles, titles, loc="outside lower center", ncol=3, frameon=False, fontsize=8)
    return figure


def _parity_panel(axes: Any, rows: pd.DataFrame, places: dict[tuple[str, str], float], words: Words) -> None:
    axes.set_xscale("log")
    one_kind = rows[rows["attribute"] == rows["attribute"].iloc[0]] if len(rows) else rows
    children = int(one_kind["children"].sum())
    overall = int(one_kind["errors"].sum()) / children if children else 0.0
    if overall > LEAST_RATE:
        axes.axvline(overall, color=INK, lw=0.9, ls="--", label=words("parity", "all_children"))
    for row in rows_of(rows):
        place = places[row.attribute, row.group]
        if not row.children:
            continue
        axes.plot([max(row.rate_low, LEAST_RATE), row.rate_high], [place, place], color=ACCENT if row.attribute in JUDGED else PALE, lw=1.6)
        axes.plot(max(row.rate, LEAST_RATE), place, "o", color=INK, mfc=INK if row.errors else "white", ms=4.5, clip_on=False, zorder=3)
        axes.text(1.02, place, f"{row.errors:,} / {row.children:,}", transform=axes.get_yaxis_transform(), va="center", fontsize=7.5)
    axes.text(1.02, -0.1, words("parity", "of"), transform=axes.get_yaxis_transform(), va="center", fontsize=7.5)
    axes.plot([], [], "o", color=INK, mfc="white", ms=4.5, ls="none", label=words("parity", "none_seen"))
    axes.set_xlim(LEAST_RATE, 1.0)
    axes.set_xticks(RATES, ["0.01 %", "0.1 %", "1 %", "10 %", "100 %"], fontsize=8)
    axes.xaxis.set_minor_locator(_no_ticks())
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#e2e2e2", lw=0.5)
    axes.set_axisbelow(True)


def _no_ticks() -> Any:
    from matplotlib.ticker import NullLocator

    return NullLocator()
