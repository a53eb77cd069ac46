"""The charts of a model and its pairs: match weights, the waterfall of one pair, the spread of scores."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from matching.estimate.weights import bits
from matching.model.learned import Model
from matching.model.limits import Limits
from matching.pair_kinds import Kind
from matching.report.drawing import ACCENT, INK, PALE, WIDTH
from matching.report.evidence import DECISIONS, Pairs
from matching.report.levels import ComparisonWeights, joint_weights, level_weights
from matching.report.numbers import plain, signed
from matching.report.waterfall import Step
from matching.report.words import Words

ROW = 0.16
"""Inches of a row of bars."""
MARKS = "os^DvPX*<>"
SOLID: dict[str, Any] = {"color": ACCENT, "edgecolor": ACCENT, "linewidth": 0.8}
HOLLOW: dict[str, Any] = {"color": "white", "edgecolor": INK, "linewidth": 0.8, "hatch": "/////"}
"""What speaks for a match is solid, what speaks against it hatched: no meaning rests on a colour."""
PROBABILITIES = (1e-5, 1e-3, 0.03, 0.5, 0.97, 0.999, 0.99999)
LIMIT_NAMES = ("floor", "review", "link", "duplicate")


def weight_chart(model: Model, kinds: Sequence[Kind], words: Words) -> Figure:
    """All comparisons in two columns on one axis, the levels of each from strongest to weakest, and behind them what errs together; marks where two
    registries differ from the bar.
    """
    weights = level_weights(model, tuple(kinds)) + joint_weights(model)
    columns = _halves(weights)
    rows = max(sum(len(one.levels) + 2 for one in column) for column in columns) - 1
    places = [place for place in range(len(kinds)) if any(level.differs(place) for one in weights for level in one.levels)]
    figure = Figure(figsize=(WIDTH, rows * ROW + 0.8 + 0.1 * len(places)), layout="constrained")
    every = [0.0, *(told for one in weights for level in one.levels for told in (level.weight, *level.by_kind) if isfinite(told))]
    span = (min(every) - 1, max(every) + 7)
    for axes, column in zip(np.atleast_1d(figure.subplots(1, len(columns), sharex=True)), columns, strict=True):
        _weight_column(axes, column, words)
        axes.set(xlim=span, ylim=(rows - 0.3, -0.7))
        axes.set_xlabel(words("weights", "axis"), fontsize=8)
    if places:
        marks = [axes.plot([], [], MARKS[place % len(MARKS)], color=INK, mfc="none", ms=4.5, ls="none")[0] for place in places]
        titles, legend = [words.kind(*kinds[place]) for place in places], words("weights", "legend")
        figure.legend(marks, titles, loc="outside lower center", ncol=2, frameon=False, fontsize=8, title=legend, title_fontsize=8)
    return figure


def _halves(weights: Sequence[ComparisonWeights]) -> list[list[ComparisonWeights]]:
    """Two columns of about the same length, in order; one for a small model."""
    sizes = np.cumsum([len(one.levels) + 2 for one in weights])
    if len(weights) < 2 or sizes[-1] < 24:
        return [list(weights)]
    first = int(np.argmin(np.maximum(sizes, sizes[-1] - sizes))) + 1
    return [list(weights[:first]), list(weights[first:])]


def _weight_column(axes: Any, column: Sequence[ComparisonWeights], words: Words) -> None:
    labels: list[tuple[float, str]] = []
    edge, y = axes.get_yaxis_transform(), 0.0
    for one in column:
        title = words.code("comparison", one.name)
        axes.text(-0.02, y, title, transform=edge, ha="right", va="center", weight="bold", fontsize=8.5)
        for level in one.levels:
            y += 1
            labels.append((y, words.level(one.name, level.level)))
            axes.barh(y, level.weight, height=0.66, **(SOLID if level.weight >= 0 else HOLLOW))
            axes.text(1.0, y, signed(level.weight), transform=edge, ha="right", va="center", fontsize=7)
            for place, told in enumerate(level.by_kind):
                if level.differs(place):
                    axes.plot(told, y, MARKS[place % len(MARKS)], color=INK, mfc="white", mew=0.7, ms=3.6)
        y += 2
    axes.set_yticks([place for place, _ in labels], [label for _, label in labels], fontsize=7.5)
    axes.tick_params(axis="y", length=0)
    axes.axvline(0, color=INK, lw=0.8)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color="#dddddd", lw=0.5)
    axes.set_axisbelow(True)


def waterfall_chart(steps: Sequence[Step], limits: dict[str, float], words: Words) -> Figure:
    """Each bar begins where the one before it ended; the last is the match weight, from nought. `limits`: those that hold for the pair."""
    ends = np.cumsum([step.bits for step in steps])
    figure = Figure(figsize=(WIDTH, 0.27 * (len(steps) + 1) + 1.3), layout="constrained")
    axes = figure.subplots()
    for y, (step, end) in enumerate(zip(steps, ends, strict=True)):
        axes.barh(y, step.bits, left=end - step.bits, height=0.62, **(SOLID if step.bits >= 0 else HOLLOW))
        axes.plot([end, end], [y - 0.31, y + 1.31], color=PALE, lw=0.6)
        _at_the_end(axes, step.bits, max(end, end - step.bits), y)
    axes.barh(len(steps), ends[-1], height=0.62, color=INK)
    _at_the_end(axes, ends[-1], max(ends[-1], 0), len(steps), weight="bold")
    axes.set_yticks(range(len(steps) + 1), [*(step_words(step, words) for step in steps), words("waterfall", "total")], fontsize=8.5)
    axes.get_yticklabels()[-1].set_fontweight("bold")
    low, high = min(0.0, *ends), max(0.0, *ends)
    axes.set(ylim=(len(steps) + 0.6, -0.6), xlim=(low - 2, high + 4), xlabel=words("waterfall", "axis"))
    axes.axvline(0, color=INK, lw=0.8)
    for name, weight in limits.items():
        label = f"{words('scores', 'limit')}{words('page', 'colon')}{words('scores', name)} {signed(weight)}"
        axes.axvline(weight, color=INK, lw=1.0, ls=":" if name == "review" else "--", label=label)
    figure.legend(loc="outside lower center", ncol=2, frameon=False, fontsize=8)
    _probabilities(axes, low - 2, high + 4)
    return figure


def _at_the_end(axes: Any, bits: float, x: float, y: float, weight: str = "normal") -> None:
    """What a bar is worth, to its right; on a white ground, so that no line runs through it."""
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    axes.annotate(signed(bits), (x, y), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8, weight=weight, bbox=ground)


def step_words(step: Step, words: Words) -> str:
    """What a bar is called."""
    name = words.code("comparison", step.name) if step.name else ""
    if step.kind == "comparison":
        return f"{name}{words('page', 'colon')}{words.level(step.name, step.level)}"
    return words("waterfall", step.kind, name=name, other=words.code("comparison", step.other))


def _probabilities(axes: Any, low: float, high: float) -> None:
    """The match probability of each weight, along the top."""
    above = axes.secondary_xaxis("top")
    shown = [share for share in PROBABILITIES if low <= bits(share) <= high]
    above.set_xticks([bits(share) for share in shown], [plain(share) for share in shown], fontsize=8)


def score_chart(pairs: Pairs, limits: Limits, words: Words) -> Figure:
    """A histogram a decision, on one axis of weights, with the limits named above."""
    figure = Figure(figsize=(WIDTH, 5.4), layout="constrained")
    names, *panels = figure.subplots(4, 1, sharex=True, height_ratios=[0.62, 1, 1, 1])
    edges = score_edges(pairs, limits)
    most = max([1, *(np.histogram(pairs.weight[pairs.decision == place], edges)[0].max() for place in range(len(DECISIONS)))])
    for axes, name, looks in zip(panels, DECISIONS, (SOLID, {**HOLLOW, "hatch": "....."}, HOLLOW), strict=True):
        weights = pairs.weight[pairs.decision == DECISIONS.index(name)]
        axes.set(yscale="log", ylim=(0.7, most * 1.6))
        if len(weights):
            axes.hist(weights, bins=edges, **{**looks, "linewidth": 0.5})
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.set_title(f"{words('decision', name)}  ·  {len(weights):,}")
        for limit in LIMIT_NAMES:
            axes.axvline(getattr(limits, limit), color=INK, lw=0.9, ls="--")
    _limit_names(names, limits, words)
    panels[1].set_ylabel(words("scores", "count_axis"))
    panels[2].set_xlabel(words("scores", "axis"))
    _probabilities(names, edges[0], edges[-1])
    return figure


def _limit_names(axes: Any, limits: Limits, words: Words) -> None:
    """Each limit's name at its line, one below the other so that near ones do not meet."""
    for place, limit in enumerate(LIMIT_NAMES):
        weight = getattr(limits, limit)
        axes.plot([weight, weight], [0, 1 - 0.25 * place], color=INK, lw=0.9, ls="--")
        axes.text(weight, 1 - 0.25 * place, f" {words('scores', limit)} {signed(weight)}", va="top", fontsize=8)
    axes.set_ylim(0, 1.12)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(axis="both", left=False, labelleft=False, bottom=False)


def score_edges(pairs: Pairs, limits: Limits) -> np.ndarray:
    """Bounds of whole bits that hold every weight and every limit."""
    every = [*pairs.weight[np.isfinite(pairs.weight)].tolist(), *(getattr(limits, name) for name in LIMIT_NAMES)]
    return np.arange(np.floor(min(every)) - 1, np.ceil(max(every)) + 2)
