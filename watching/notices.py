"""What people are told of nights and months, in their language: codes, ids and counts, never a place inside a file and never a person."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from vocabulary.errors import ConfigurationError, Fault
from vocabulary.settings import NOTICES
from watching.nights import Night, place_of
from watching.small import said
from watching.words import Words

DEFAULTS = Path(__file__).with_name("notices.toml")
CODES = ("night.late", "night.red", "night.broke", "night.green", "month.late", "month.held")
FORMS = ("json", "wecom", "dingtalk", "feishu")
TITLES = {code: code.replace(".", "_") for code in CODES}


@dataclass(frozen=True)
class Notice:
    """`code`: one of CODES; `run_id`: the night's, or Airflow's of a month; `lines`: the text below the title; `facts`: for programs."""

    code: str
    run_id: str
    locale: str
    lines: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def title(self) -> str:
        """One line."""
        return Words(self.locale)("notice", TITLES[self.code], run_id=self.run_id)

    @cached_property
    def text(self) -> str:
        """Title and lines."""
        return "\n".join((self.title, *self.lines))


@dataclass(frozen=True)
class Channels:
    """`to`: addresses of mail; `posts`: whether there is a webhook, `path` and `form` of it; which codes each is told."""

    to: tuple[str, ...]
    mailed: frozenset[str]
    posts: bool
    path: str
    form: str
    posted: frozenset[str]


def channels(environment: Mapping[str, str]) -> Channels:
    """`notices.toml`, overruled by the file that HEDUI_NOTICES names. Raises ConfigurationError with every mistake in it."""
    told = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    if own := environment.get(NOTICES):
        told = _overruled(told, Path(own))
    mail, webhook = told["mail"], told["webhook"]
    wrong = [
        name
        for name, good in {
            "mail.to": isinstance(mail["to"], list) and all(isinstance(one, str) and "@" in one for one in mail["to"]),
            "mail.about": isinstance(mail["about"], list) and set(mail["about"]) <= set(CODES),
            "webhook.use": isinstance(webhook["use"], bool),
            "webhook.path": isinstance(webhook["path"], str),
            "webhook.form": webhook["form"] in FORMS,
            "webhook.about": isinstance(webhook["about"], list) and set(webhook["about"]) <= set(CODES),
        }.items()
        if not good
    ]
    if wrong:
        raise ConfigurationError(Fault("notice.settings", NOTICES, {"problem": ", ".join(wrong)}))
    return Channels(
        tuple(mail["to"]), frozenset(mail["about"]), webhook["use"], webhook["path"], webhook["form"], frozenset(webhook["about"])
    )


def _overruled(told: dict[str, Any], own: Path) -> dict[str, Any]:
    try:
        given = tomllib.loads(own.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise ConfigurationError(Fault("notice.settings", NOTICES, {"problem": "TOML"})) from None
    strange = [part for part, rows in given.items() if part not in told or not isinstance(rows, dict)]
    strange += [f"{part}.{key}" for part in given if part not in strange for key in given[part] if key not in told[part]]
    if strange:
        raise ConfigurationError(Fault("notice.settings", NOTICES, {"problem": ", ".join(sorted(strange))}))
    return {part: rows | given.get(part, {}) for part, rows in told.items()}


def of_night(night: Night, last: Night | None, locale: str) -> Notice | None:
    """What a night that has a report gives to tell: that it is red, or that it is green again; None where all is as it should be."""
    if night.green:
        return None if last is None or last.green else Notice("night.green", night.run_id, locale, _lines(night, locale), facts_of(night))
    code = "night.broke" if night.report["status"] == "failed" else "night.red"
    return Notice(code, night.run_id, locale, _lines(night, locale), facts_of(night))


def facts_of(night: Night) -> dict[str, Any]:
    """For programs: as the report has them, without places and texts."""
    report = night.report
    rows = [
        {"registry": registry, "county": county, "status": str(row["status"]), "code": row.get("reason") or ""}
        for row in report["registries"]
        for registry, county in [place_of(row)]
    ]
    codes = sorted({str(fault["code"]) for fault in report["faults"]})
    return {"as_of": report.get("as_of", ""), "status": report["status"], "registries": rows, "codes": codes}


def _lines(night: Night, locale: str) -> tuple[str, ...]:
    say, report = Words(locale), night.report
    found = [say("notice", "as_of", as_of=report.get("as_of", ""))]
    for row in report["registries"]:
        if row["status"] != "fresh":
            line = say("notice", "registry", registry=say.registry(*place_of(row)), status=say.code("registries", row["status"]))
            found.append(line + (say("notice", "with_code", code=row["reason"]) if row.get("reason") else ""))
    if codes := sorted({fault["code"] for fault in report["faults"]}):
        found.append(say("notice", "codes", codes=", ".join(codes)))
    published = report["stages"].get("publish", {}).get("counts", {})
    found.append(say("notice", "lists_out", desks=published.get("desks", 0)) if published else say("notice", "no_lists"))
    if report["findings"]:
        found.append(say("notice", "findings", count=said(sum(report["findings"].values()))))
    return (*found, say("notice", "report", run_id=night.run_id))


def in_short(code: str, run_id: str, locale: str, codes: tuple[str, ...] = ()) -> Notice:
    """Of a night or month that has no report: its id, and the codes of why."""
    say = Words(locale)
    lines = (*((say("notice", "codes", codes=", ".join(codes)),) if codes else ()), say("notice", "look"))
    return Notice(code, run_id, locale, lines, {"codes": list(codes)})
