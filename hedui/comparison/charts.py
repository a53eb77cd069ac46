"""The pictures of a comparison: findings that come and go, and what every pair is worth under both models."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from matplotlib.figure import Figure

from matching.report.drawing import ACCENT, INK, WIDTH
from matching.report.words import Words
from vocabulary.wording import KINDS, words

Say = Callable[[str], str]


def findings_chart(told: Mapping[str, Mapping[str, int]], say: Say, locale: str) -> Figure:
    """A row a kind: what the new model adds to the right, what it takes away to the left."""
    figure = Figure(figsize=(WIDTH, 0.34 * len(told) + 1.0), layout="constrained")
    axes = figure.subplots()
    gained, lost = ([one[name] for one in told.values()] for name in ("gained", "lost"))
    axes.barh(range(len(told)), gained, height=0.6, color=ACCENT, label=say("gained"))
    axes.barh(range(len(told)), [-count for count in lost], height=0.6, color="white", edgecolor=INK, hatch="/////", label=say("lost"))
    most = max([*gained, *lost, 1])
    for place, (more, less) in enumerate(zip(gained, lost, strict=True)):
        axes.annotate(f"{more:,}", (more, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
        axes.annotate(f"{less:,}", (-less, place), xytext=(-4, 0), textcoords="offset points", va="center", ha="right", fontsize=8)
    axes.set_yticks(range(len(told)), [words(KINDS, kind, locale) for kind in told], fontsize=8.5)
    axes.set(ylim=(len(told) - 0.4, -0.6), xlim=(-1.25 * most, 1.25 * most), xlabel=say("axis_count"))
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    axes.axvline(0, color=INK, lw=0.8)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.legend(loc="outside lower center", ncol=2, frameon=False, fontsize=8)
    return figure


def weights_chart(pairs: pd.DataFrame, say: Say) -> Figure:
    """A point a pair that both models know; pairs whose decision is another one now are ringed."""
    figure = Figure(figsize=(WIDTH * 0.72, WIDTH * 0.66), layout="constrained")
    axes = figure.subplots()
    known = pairs.dropna(subset=["old_weight", "new_weight"])
    other = known["old"].ne(known["new"])
    axes.plot(known.loc[~other, "old_weight"], known.loc[~other, "new_weight"], ".", color=ACCENT, ms=2.2, alpha=0.35, label=say("same"))
    axes.plot(known.loc[other, "old_weight"], known.loc[other, "new_weight"], "o", color=INK, mfc="none", ms=5, mew=0.9, label=say("other"))
    every = [*known["old_weight"], *known["new_weight"]] or [0.0, 1.0]
    ends = [min(every) - 1, max(every) + 1]
    axes.plot(ends, ends, color=INK, lw=0.7, ls="--")
    axes.set(xlim=ends, ylim=ends, xlabel=say("axis_old"), ylabel=say("axis_new"))
    axes.grid(color="#e2e2e2", lw=0.5)
    axes.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncol=2, frameon=False, fontsize=8, markerscale=1.4)
    return figure


def titled(figure: Figure, title: str) -> Figure:
    """A chart of the report with whose it is above."""
    figure.suptitle(title, fontsize=10, x=0.01, ha="left", weight="bold")
    return figure


def report_words(locale: str) -> Words:
    """The report's words of groups and errors."""
    return Words(locale)
