"""What a page says of a task: the disclosed facts in words, why it is here, which paper helps, whom to ask. Adds no fact about anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.language import CHINESE, Say
from reconciliation.outcome_known import form_of, recipient_named
from reconciliation.worklist_facts import NEVER_PRINTED, UNASSIGNED
from reconciliation.worklist_forms import Form, FormColumn, guide, texts
from reconciliation.worklist_words import DAYS_TO_ANSWER, LONG_WAIT, named
from sql.desk_tasks import Listed
from vocabulary.areas import Areas, padded
from vocabulary.codes import SEX
from vocabulary.registries import REGISTRIES
from vocabulary.wording import EVIDENCE, FIELDS, KINDS, words
from vocabulary.wording import REGISTRIES as REGISTRY_WORDS

SHOWN_ELSEWHERE = ("row_no", "task_no", "situation", "problem", "suggested_action", "issued_on", "due_on")
"""Columns of the form that the page says in its heading or its own sections."""
PAPERS_OF = {
    "bring_certificate": (0, 4, 6), "bring_certificate_name": (0, 4, 6), "certificate_from_hospital": (1, 5, 6),
    "name_then_certificate": (2, 1, 5), "certificate_from_county": (3, 5, 6),
}  # fmt: skip
"""Suggested action -> the rows of the guide's table of papers that can concern this family."""


@dataclass(frozen=True)
class Fact:
    """One line. `plain`: a name, number or code, which is never translated."""

    label: str
    value: str
    plain: bool = False


@dataclass(frozen=True)
class Reader:
    """Who reads: language and the table of divisions."""

    say: Say
    locale: str
    areas: Areas
    day: Callable[[date | None], str]

    def kind(self, kind: str) -> str:
        """A kind of finding in words."""
        return capital(words(KINDS, kind, self.locale))

    def stage(self, stage: int | None) -> str:
        """How long ago the child was born."""
        return "" if stage is None else self.say(texts("stage")[str(int(stage))])

    def registry(self, name: str) -> str:
        """A registry in words."""
        return words(REGISTRY_WORDS, name, self.locale)

    def listed(self, parts: list[str]) -> str:
        """Several as one phrase."""
        return ("、" if self.locale == CHINESE else ", ").join(parts)


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def form_for(desk: str, kind: str) -> Form:
    """The printed form on which the task stands: it says the columns and the answers."""
    return form_of(recipient_named(desk), kind)


def due_on(issued_on: date) -> date:
    """By when an answer is asked for."""
    return issued_on + DAYS_TO_ANSWER


def facts(row: dict[str, Any], form: Form, reader: Reader) -> list[Fact]:
    """The disclosed columns in the order of the printed form."""
    shown = [column for column in form.columns if not column.is_answer and column.name not in SHOWN_ELSEWHERE]
    said = {column.name: value_of(column.name, row, reader) for column in shown}
    return [Fact(reader.say(column.title), *said[column.name]) for column in shown if column.name != "difference"]


def value_of(name: str, row: dict[str, Any], reader: Reader) -> tuple[str, bool]:
    """A column's value in words, and whether it is one that nobody translates."""
    say, value = reader.say, row.get(name)
    if name == "residence":
        return reader.areas.name(row["residence_code"]) if row.get("residence_code") else "—", True
    if name == "seen_in":
        held = str(value or "").split(";")
        return reader.listed([reader.registry(one) for one in held if one]), False
    if name == "child_name" and not value:
        return say(texts("value")["unnamed"]), False
    if name == "own_value":
        return own_value(row, reader)
    if name == "field":
        return words(FIELDS, str(value), reader.locale) if value else say(texts("value")["whole_record"]), False
    if value is None:
        return "—", True
    if name == "child_sex":
        return sex(str(value), reader), False
    if name in ("registry", "other_registry"):
        return reader.registry(str(value)), False
    return (reader.day(value), True) if isinstance(value, date) else (str(value), True)


def sex(code: str, reader: Reader) -> str:
    """Male, female, or not stated."""
    return reader.say({"1": "男", "2": "女"}.get(code, "不详"))


def own_value(row: dict[str, Any], reader: Reader) -> tuple[str, bool]:
    """The record's own value of the field in question."""
    value, field = row.get("own_value"), row.get("field")
    if field in NEVER_PRINTED:
        return reader.say(texts("value")["ask_the_paper"]), False
    if value is None:
        return "—", True
    if field == "child_sex" and value in SEX.codes:
        return sex(str(value), reader), False
    if field in ("area_code", "division_code"):
        return named(reader.areas, padded(str(value))), True
    return str(value), True


def why(row: dict[str, Any], reader: Reader) -> Iterator[str]:
    """Why the task is here, in sentences."""
    say, kind = reader.say, row["kind"]
    if kind == "not_registered":
        known = value_of("seen_in", row, reader)[0]
        yield say("见于%(registries)s；在本辖区的户籍登记中未匹配到记录。") % {"registries": known}
        yield say("未匹配到记录，不等于没有登记：请先在本系统中查找。")
    elif kind == "duplicate_record":
        yield say("同一登记中有两条记录，像是同一次出生。")
    elif kind in ("invalid_identifier", "implausible_date"):
        yield say("这条记录自身的内容对不上，请对照原件核对。")
    elif kind == "conflict":
        yield say("这条记录与其他登记中同一名婴儿的记录不一致。其他登记的内容不在这里显示。")
    yield from differences(row, reader)


def differences(row: dict[str, Any], reader: Reader) -> Iterator[str]:
    """Evidence codes in words, from the side of the record's holder."""
    for code in filter(None, str(row.get("difference") or "").split(";")):
        alone, _, registry = code.partition(":")
        if alone == "alone" and registry and registry != row.get("registry"):
            yield reader.say("仅“%(registry)s”与其他登记不同。") % {"registry": reader.registry(registry)}
        elif words(EVIDENCE, code) != code:
            yield words(EVIDENCE, code, reader.locale)


def actions(row: dict[str, Any], reader: Reader) -> list[str]:
    """What to do next: what an earlier answer asks for first, then the paper that is missing or the record to be looked up."""
    action = texts("action")
    said = [action[row["mark"]]] if row.get("mark") in action else []
    said += [action[row["kind"]]] if row["kind"] in action else []
    said += [action[row["action"]]] if row.get("action") in action else []
    said += [action["longer"]] if int(row.get("due_stage") or 0) >= LONG_WAIT else []
    return [reader.say(text) for text in said]


def papers(row: dict[str, Any], reader: Reader) -> list[list[str]]:
    """The rows of the guide's table of papers that can concern this family; none for a record."""
    return [[reader.say(cell) for cell in guide()["papers"][place]] for place in PAPERS_OF.get(str(row.get("action")), ())]


def whom_to_ask(row: dict[str, Any], reader: Reader) -> list[str]:
    """Offices, never a family's telephone."""
    say, code = reader.say, row.get("facility_code")
    said = [say("出生的医院（机构代码 %(code)s）：出生医学证明的领取、补发。") % {"code": code}] if code else []
    if row["kind"] == "not_registered":
        said.append(say("县级卫生健康部门指定的签发机构：院外出生的出生医学证明。"))
    if row["kind"] in ("conflict", "duplicate_record", "invalid_identifier", "implausible_date"):
        said.append(say("本单位档案和底册：先查原件，一般不必打扰家庭。"))
    return [*said, say("本县数据管理员：对这一项有疑问，或认为不该由您办理。")]


def unit(desk: str, reader: Reader) -> str:
    """The desk in words, with its code."""
    recipient = recipient_named(desk)
    code = recipient.code or ""
    name = reader.areas.name(code)
    title = reader.registry(recipient.registry) if recipient.registry in REGISTRIES else reader.say("户籍登记窗口")
    title = reader.say("专人办理") if recipient.kind == "senior_officer" else title
    said = title if name == code else f"{name} {title}"
    return title if code == UNASSIGNED else f"{said}（{code}）" if reader.locale == CHINESE else f"{said} ({code})"


def printed(form: Form) -> list[FormColumn]:
    """The columns of the print-out: those of the form that are facts, without the running number."""
    return [column for column in form.columns if not column.is_answer and column.name not in ("row_no", "issued_on")]


def printed_value(name: str, task: Listed, row: dict[str, Any], reader: Reader) -> str:
    """One cell of the print-out."""
    said = {
        "task_no": task.task_no,
        "situation": f"{reader.kind(task.kind)} {reader.stage(task.due_stage)}".strip(),
        "problem": reader.kind(task.kind),
        "suggested_action": " ".join(actions(row, reader)),
        "difference": " ".join(differences(row, reader)),
        "issued_on": reader.day(task.issued_on),
        "due_on": reader.day(due_on(task.issued_on)),
    }
    return said[name] if name in said else value_of(name, row, reader)[0]
