"""The bulletin as one HTML page: no script, no network, every picture inside; and the same page for the printer."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from submission.bulletin import sections
from submission.bulletin.evidence import Evidence
from submission.bulletin.words import Words
from submission.monthly.assemble import SETTLED_DAYS
from vocabulary.page_words import LOCALES

TEMPLATE = "bulletin.html"
HIDDEN = "*"


def rendered(told: Evidence, locale: str, *, for_print: bool = False) -> str:
    """The page in a language. `for_print`: without what only a screen needs."""
    words = Words(locale)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"count": count, "percent": percent, "whole_percent": whole_percent, "svg": Markup}
    environment.globals |= {"t": words, "for_print": for_print, "language": "zh-CN" if locale == "zh" else "en"}
    return environment.get_template(TEMPLATE).render(
        told=told,
        unit=told.names[told.places.whole],
        as_of=words.day(told.as_of),
        month=words.month(str(told.month)),
        window=words.period(told.window),
        settled=words.period(told.tables.settled) if told.tables.settled else "",
        helped=sections.helped(told, words),
        coverage=sections.coverage(told, words),
        timeliness=sections.timeliness(told, words),
        funnels=sections.funnels(told, words),
        places=sections.place_rows(told, words),
        open_reading=sections.open_reading(told, words),
        settled_days=SETTLED_DAYS,
        other=next(file_name(other) for other in LOCALES if other != locale),
    )


def file_name(locale: str, suffix: str = "html") -> str:
    """`bulletin.zh.html`."""
    return f"bulletin.{locale}.{suffix}"


def count(number: int | None) -> str:
    """A whole number with separators; `*` where it is hidden."""
    return HIDDEN if number is None else f"{number:,}"


def percent(share: float | None) -> str:
    """Per cent with one decimal; `*` where it is hidden."""
    return HIDDEN if share is None else sections.percent(share)


def whole_percent(share: float) -> str:
    """Per cent without decimals."""
    return f"{100 * share:.0f}"
