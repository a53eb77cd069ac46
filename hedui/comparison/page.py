"""A comparison as one page in one language: opens without a network, prints on A4."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hedui.comparison.changes import DECISIONS, UNSEEN
from hedui.comparison.charts import findings_chart, report_words, titled, weights_chart
from matching.report import numbers
from matching.report.drawing import Picture, drawn
from matching.report.page import image
from matching.report.truth_charts import parity_chart
from matching.report.words import Words as ReportWords
from vocabulary.page_words import PageWords
from vocabulary.runs import write_private
from vocabulary.wording import KINDS, words


class Words(PageWords):
    """`words.toml` of this folder, and the report's words of groups and decisions."""

    PATH = Path(__file__).parent / "words.toml"

    def group(self, attribute: str, group: str) -> str:
        """A group of children."""
        return report_words(self.locale).group(attribute, group)

    def attribute(self, name: str) -> str:
        """A kind of group."""
        return report_words(self.locale).code("attribute", name)

    def decision(self, name: str) -> str:
        """What is decided of a pair."""
        return self("page", UNSEEN) if name == UNSEEN else report_words(self.locale).code("decision", name)

    def kind(self, name: str) -> str:
        """A kind of finding."""
        return words(KINDS, name, self.locale)


def write(told: Mapping[str, Any], pairs: pd.DataFrame, parity: tuple[pd.DataFrame, ...], locale: str, folder: Path) -> Path:
    """The page, and its charts as PNG beside it."""
    say = Words(locale)
    pictures = pictures_of(told, pairs, parity, say)
    for picture in pictures.values():
        write_private(folder / f"{picture.name}.{locale}.png", picture.png)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"say": say, "image": image, "locale": locale, "share": share_text, "decisions": DECISIONS}
    html = environment.get_template("comparison.html").render(told=told, pictures=pictures, reasons=reason_texts(told, locale))
    return write_private(folder / f"comparison.{locale}.html", html)


def pictures_of(told: Mapping[str, Any], pairs: pd.DataFrame, parity: tuple[pd.DataFrame, ...], say: Words) -> dict[str, Picture]:
    """By name; those of errors only where they were judged."""
    report = report_words(say.locale)

    def page(spoken: ReportWords) -> Any:
        return partial(Words(spoken.locale), "page")

    newest = told["nights"][-1]["findings"]
    found = {
        "kinds": drawn("findings", say("page", "chart_kinds"), report, lambda spoken: findings_chart(newest, page(spoken), spoken.locale)),
        "weights": drawn("weights", say("page", "chart_weights"), report, lambda spoken: weights_chart(pairs, page(spoken))),
    }
    for name, table in zip(("parity_old", "parity_new"), parity, strict=False):
        found[name] = drawn(name, say("page", name), report, partial(parity_of, table, name))
    return found


def parity_of(table: pd.DataFrame, name: str, spoken: ReportWords) -> Any:
    """Error parity of one model, under its name."""
    return titled(parity_chart(table, spoken), Words(spoken.locale)("page", name))


def reason_texts(told: Mapping[str, Any], locale: str) -> list[str]:
    """Each reason as a sentence; where there is none, that there is none."""
    say = Words(locale)
    texts = []
    for reason in told["reasons"]:
        facts = dict(reason)
        if facts["code"] == "group":
            facts["group"] = say.group(facts["attribute"], facts["group"])
        texts.append(say("reason", str(facts.pop("code")), **facts))
    if texts:
        return texts
    quiet = all(not any(one["gained"] or one["lost"] for one in night["findings"].values()) for night in told["nights"])
    still = quiet and all(not night["births"]["changed"] for night in told["nights"])
    return [say("page", "nothing" if still else "no_reason")]


def share_text(row: Mapping[str, Any]) -> str:
    """A share with its interval; nothing where it would tell a small count."""
    if row["share"] is None:
        return numbers.NONE
    return f"{numbers.percent(row['share'])} ({numbers.interval(row['low'], row['high'])})"
