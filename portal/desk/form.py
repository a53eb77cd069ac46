"""The form by which a task is answered: the codes of its sheet in groups, each with when to choose it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from portal.desk.wording import Reader, capital
from portal.language import CHINESE
from reconciliation.worklist_forms import Form, outcome_guide
from vocabulary.findings import ANSWERS

GROUPS = {"A": "已经登记", "B": "还没有登记", "C": "不必登记，或需转办、更正", "D": "特殊情况", "E": "拿不准"}


@dataclass(frozen=True)
class Choice:
    """One answer: its code, its words, when to choose it and what happens then."""

    code: str
    title: str
    when: str
    then: str


def choices(form: Form, reader: Reader) -> list[tuple[str, list[Choice]]]:
    """(group in words, its answers), in the order of the printed list."""

    def choice(code: str) -> Choice:
        outcome, (when, then) = ANSWERS[code], outcome_guide()[code]
        return Choice(code, outcome.zh if reader.locale == CHINESE else capital(outcome.en), reader.say(when), reader.say(then))

    by_letter = groupby(sorted(form.outcomes), key=lambda code: code[0])
    return [(reader.say(GROUPS[letter]), [choice(code) for code in codes]) for letter, codes in by_letter]


def day_in(text: str) -> date | None:
    """A day as a browser's date field gives it, or as somebody typed it. Raises ValueError."""
    return date.fromisoformat(text.strip()) if text.strip() else None
