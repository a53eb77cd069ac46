"""`hedui links-quality`: how good the links are, by what stewards said of pairs; draws pairs for them to judge; writes the labelled sample."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from hedui.show import said
from submission.links.quality import Measure, Told, draw, links_quality, write_sample
from vocabulary.errors import Fault, GateRefused, reader_locale
from vocabulary.registries import REGISTRIES as LISTS
from vocabulary.settings import Settings
from vocabulary.wording import REGISTRIES, words

WORDS = {
    "between": ("两个登记", "two registries"),
    "linked": ("是否匹配", "linked"),
    "scores": ("匹配概率", "match probability"),
    "pairs": ("对数", "pairs"),
    "judged": ("人工判定", "judged"),
    "same": ("判为同一儿童", "the same child"),
    "precision": ("查准率", "precision"),
    "recall": ("查全率", "recall"),
    "unknown": ("尚无判定，不能估计", "nobody judged a pair yet: cannot be told"),
    "interval": ("95% 区间", "95 % interval"),
    "drawn": ("随机抽取的新对数，下一夜列入数据管理员的判定清单", "pairs drawn at random; the next night puts them on the steward's list"),
    "sample": ("判定样本（供 hedui coverage --sample 使用）", "labelled sample, for hedui coverage --sample"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
}


def run(run_id: str | None, wanted: int, out: Path | None, *, as_json: bool) -> int:
    """Draw what is wanted, measure, print; the exit code. Raises ConfigurationError, and GateRefused for a sample that would say nothing of a side."""
    settings = Settings.from_environment()
    drawn = draw(settings, wanted, run_id) if wanted else 0
    told = links_quality(settings, run_id)
    if as_json:
        print(json.dumps(as_object(told, drawn), ensure_ascii=False))
    else:
        show(told, drawn)
    if out is not None:
        if told.unjudged or not told.strata:
            raise GateRefused(Fault("links.unjudged", told.run_id, {"sides": len(told.unjudged)}))
        path = write_sample(told, out)
        if not as_json:
            print(f"{said(WORDS['sample'])}: {path}")
    return 0


def as_object(told: Told, drawn: int) -> dict[str, Any]:
    """Counts and shares."""
    names = list(LISTS)
    strata = [asdict(one) | {"lists": [names[place] for place in one.lists], "judged": one.judged} for one in told.strata]
    return {"run_id": told.run_id, "drawn": drawn, "strata": strata, "quality": [asdict(one) for one in told.quality]}


def show(told: Told, drawn: int) -> None:
    """Print the same for people."""
    console = Console(highlight=False, soft_wrap=True)
    names = [words(REGISTRIES, name, reader_locale()) for name in LISTS]
    table = Table(*(said(WORDS[name]) for name in ("between", "linked", "scores", "pairs", "judged", "same")))
    for one in told.strata:
        between = " – ".join(names[place] for place in one.lists)
        counts = (f"{count:,}" for count in (one.judged + one.open, one.judged, one.same))
        table.add_row(between, said(WORDS["yes" if one.linked else "no"]), f"{one.low:g} – {one.high:g}", *counts)
    console.print(table)
    for quality in told.quality:
        between = " – ".join(words(REGISTRIES, name, reader_locale()) for name in quality.registries)
        console.print(
            f"{between}: {said(WORDS['precision'])} {measure(quality.precision)}, {said(WORDS['recall'])} {measure(quality.recall)}"
        )
    if drawn:
        console.print(f"{said(WORDS['drawn'])}: {drawn}")


def measure(told: Measure | None) -> str:
    """A share with its interval."""
    if told is None:
        return said(WORDS["unknown"])
    return f"{told.share:.1%} ({said(WORDS['interval'])} {told.interval[0]:.1%} – {told.interval[1]:.1%})"
