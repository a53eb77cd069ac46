"""Front door of `hedui explain`: why a finding stands, in words and numbers.

It names registries, fields, kinds of difference, days and probabilities. It prints no person's name, number or date: whoever
may help a family has them on a worklist, under the task's number, and nobody else learns them here (rights.md R3, R7).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from reconciliation.traces import explained
from sql import snapshots, state
from sql.acting import acting_as
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.exchange import OTHER_COUNTY
from vocabulary.findings import Kind
from vocabulary.parquet_files import read_frame
from vocabulary.parts import shown_to
from vocabulary.runs import Run
from vocabulary.settings import Settings
from vocabulary.wording import EVIDENCE, FIELDS, KINDS, REGISTRIES, words

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NOT_TOLD = (
    "registry_left",
    "record_id_left",
    "registry_right",
    "record_id_right",
    "match_weight",
    "match_probability",
    "decision",
    "survival",
)
"""Columns of a pair that are no comparison, and the one that nobody needs to read: whether a child lives."""
LOCALES = ("zh", "en")
ASKED = ("birth_id", "kind", "registry", "record_id", "other_registry", "other_record_id")


@cache
def texts() -> dict[str, dict[str, list[str]]]:
    """Table -> code -> [中文, English]."""
    return tomllib.loads((Path(__file__).parent / "explain_texts.toml").read_text(encoding="utf-8"))


@acting_as("explain")
def explain(finding: str, settings: Settings | None = None) -> str:
    """The explanation of a finding, given by its id or by a task number, as the newest night that saw it has it.

    Raises ConfigurationError for a finding that no night saved, or whose night is no longer kept.
    """
    settings = settings or Settings.from_environment()
    finding_id = state.finding_of_task(settings, finding) or finding.strip()
    run_id = state.last_seen(settings, finding_id)
    if run_id is None:
        raise ConfigurationError(Fault("explain.unknown_finding", "hedui explain"))
    run = Run.load(settings, run_id)
    table = read_frame(run.require("findings") / "finding.parquet")
    rows = table[table["finding_id"] == finding_id]
    if rows.empty:
        raise ConfigurationError(Fault("explain.unknown_finding", run_id))
    row = {str(name): None if pd.isna(value) else value for name, value in rows.iloc[0].items()}
    with snapshots.opened(run) as tables:
        snapshots.ask(tables, {name: row[name] for name in ASKED})
        told = Explanation(row, tables, settings.locale)
        said = "\n".join([*told.heading(state.finding_history(settings, finding_id)), *told.reasons(run), told.say("person_decides")])
    state.record_looks(settings, [explained(finding_id, run_id, said)])
    return said


@dataclass(frozen=True)
class Explanation:
    """The sentences about one finding: its row, the night's tables, and the reader's language."""

    row: Mapping[str, Any]
    tables: DuckDBPyConnection
    locale: str

    def text(self, table: str, code: object, **facts: object) -> str:
        """A text of explain_texts.toml; the code itself where there is none."""
        pair = texts()[table].get(str(code))
        return (pair[LOCALES.index(self.locale)] if pair else str(code)).format(**facts)

    def say(self, sentence: str, **facts: object) -> str:
        """A sentence, filled."""
        return self.text("sentence", sentence, **facts)

    def registry(self, name: object) -> str:
        """The registry in words."""
        return words(REGISTRIES, str(name), self.locale)

    def heading(self, history: pd.DataFrame) -> Iterator[str]:
        """What it is, what was asked, whom it goes to, and its life so far."""
        kind, area = str(self.row["kind"]), str(self.row["division_code"] or "")
        places = {"area": area[:9], "county": area[:6], "registry": self.registry(self.row["registry"])}
        yield self.say("title", kind=words(KINDS, kind, self.locale), finding_id=self.row["finding_id"])
        yield self.say("question", question=self.text("question", kind))
        yield self.say("goes_to", to=self.text("to", kind, **places))
        steps = [f"{self.text('event', step.event)} {step.as_of} ({step.run_id})" for step in history.itertuples()]
        yield self.say("history", steps=" → ".join(steps))

    def reasons(self, run: Run) -> Iterator[str]:
        """Why it stands, from the night that saw it."""
        yield self.say("night", run_id=run.run_id, as_of=run.as_of)
        if self.row["kind"] == Kind.POSSIBLE_MATCH:
            yield self.say("pair", left=self.record("registry", "record_id"), right=self.record("other_registry", "other_record_id"))
        elif self.row["record_id"]:
            field = self.say("field", field=words(FIELDS, self.row["field"], self.locale)) if self.row["field"] else ""
            yield self.say(
                "record", registry=self.registry(self.row["registry"]), record_id=shown_to(str(self.row["record_id"]), ""), field=field
            )
        else:
            yield from self.presence()
        yield from self.differences()
        yield from self.absences()
        yield from self.links()

    def record(self, registry: str, record_id: str) -> str:
        """A record by its registry and its own id."""
        return f"{self.registry(self.row[registry])} {shown_to(str(self.row[record_id]), '')}"

    def presence(self) -> Iterator[str]:
        """How long ago, and who knows of it."""
        known = snapshots.answers(self.tables, "births")
        if known and self.row["due_stage"] is not None:
            yield self.say("age", days=known[0]["days_old"], stage=self.text("stage", int(self.row["due_stage"])))
        counted = [f"{self.registry(each['registry'])} ({each['record_count']})" for each in known]
        counted += [self.registry(OTHER_COUNTY)] if f"seen:{OTHER_COUNTY}" in str(self.row["evidence"]) else []
        yield self.say("known_to", registries="、".join(counted) if self.locale == "zh" else ", ".join(counted))

    def differences(self) -> Iterator[str]:
        """The kinds of difference."""
        for code in filter(None, (self.row["evidence"] or "").split(";")):
            name, _, registry = code.partition(":")
            if name == "alone":
                yield self.say("alone", registry=self.registry(registry))
            elif name != "seen":
                yield self.say("difference", difference=words(EVIDENCE, code, self.locale))

    def absences(self) -> Iterator[str]:
        """What the silent registry had delivered: absence needs presence."""
        for told in snapshots.answers(self.tables, "absences"):
            state_of = self.text("state", "fresh" if told["speaks"] else "other")
            period = {name: told[name] for name in ("period_from", "period_to")}
            yield self.say("absence", registry=self.registry(told["registry"]), state=state_of, rows=told["rows_accepted"], **period)
            yield self.say("nearest", **self.odds(told)) if told["decision"] else self.say("no_nearest")

    def links(self) -> Iterator[str]:
        """How the model compared the records."""
        compared = snapshots.answers(self.tables, "links")
        if compared:
            yield self.say("linked")
        for each in compared:
            levels = {name: level for name, level in each.items() if name not in NOT_TOLD and level not in (None, "missing")}
            said = [f"{self.text('comparison', name)} {self.text('level', level)}" for name, level in levels.items()]
            sides = {side: self.registry(each[f"registry_{side}"]) for side in ("left", "right")}
            yield self.say("link", **sides, **self.odds(each), levels="；".join(said) if self.locale == "zh" else "; ".join(said))

    def odds(self, told: Mapping[str, Any]) -> dict[str, str]:
        """Probability, weight and decision of a pair."""
        return {
            "probability": f"{told['match_probability']:.4f}",
            "weight": f"{told['match_weight']:.1f}",
            "decision": self.text("decision", told["decision"]),
        }
