"""What must hold on every one of many nights: ids name one thing, history explains every status, nothing comes back without a reason."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pandas as pd
from sqlalchemy import select

from sql.database import writing
from sql.life import NEWS, STATUS_AFTER
from sql.rows import read_table
from sql.tables import FINDING, FINDING_EVENT, FORMER_DESK, OUTCOME, TASK
from vocabulary.areas import Areas
from vocabulary.findings import ANSWERS, Effect, Status
from vocabulary.runs import Run
from vocabulary.settings import Settings

ANCHOR = ("registry", "record_id", "field", "other_registry", "other_record_id")
Record = tuple[str, str]


def plain(value: object) -> str:
    return "" if pd.isna(value) else str(value)


@dataclass
class Seen:
    """One night as it lies in its folder and in the state. `around`: birth -> its records and all that linking held beside them."""

    run: Run
    finding: pd.DataFrame
    births: dict[str, frozenset[Record]]
    around: dict[str, int]
    state: pd.DataFrame
    event: pd.DataFrame
    task: pd.DataFrame
    former: pd.DataFrame
    outcome: pd.DataFrame

    @classmethod
    def of(cls, run: Run, settings: Settings) -> Seen:
        held = pd.read_parquet(run.linked / "birth_record.parquet")
        births = {str(birth): frozenset(zip(part["registry"], part["record_id"], strict=True)) for birth, part in held.groupby("birth_id")}
        with writing(settings) as connection:
            state, event, task, former, outcome = (
                read_table(connection, select(table)) for table in (FINDING, FINDING_EVENT, TASK, FORMER_DESK, OUTCOME)
            )
        finding = pd.read_parquet(run.findings / "finding.parquet")
        return cls(run, finding, births, around(run, births), state, event.sort_values("event_id"), task, former, outcome)

    @property
    def tonight(self) -> pd.DataFrame:
        """Steps that this night took."""
        return self.event[(self.event["run_id"] == self.run.run_id) & (self.event["actor"] == "night")]

    def listed(self) -> dict[str, str]:
        """Task -> the desk on whose list it stands."""
        found = {}
        for path in self.run.worklists.glob("*.csv"):
            with path.open(encoding="utf-8-sig", newline="") as lines:
                found |= {row["任务编号"]: path.stem for row in csv.DictReader(lines) if row.get("任务编号")}
        return found


def around(run: Run, births: dict[str, frozenset[Record]]) -> dict[str, int]:
    """Birth -> a number that changes with the content of its records, of those paired with them, and with what linking said of these pairs."""
    record = pd.read_parquet(run.accepted / "record.parquet").drop(columns=["updated_at", "area_code"])
    content = dict(zip(zip(record["registry"], record["record_id"], strict=True), map(hash, record.astype(str).sum(axis=1)), strict=True))
    beside: dict[Record, set[int]] = defaultdict(set)
    pair = pd.read_parquet(run.linked / "pair.parquet")
    for row in pair[["registry_left", "record_id_left", "registry_right", "record_id_right", "decision"]].itertuples(index=False):
        left, right = (row.registry_left, row.record_id_left), (row.registry_right, row.record_id_right)
        beside[left].add(hash((content[right], row.decision)))
        beside[right].add(hash((content[left], row.decision)))
    return {
        birth: hash(frozenset(part for one in records for part in (content[one], *beside[one])))
        for birth, records in births.items()
    }  # fmt: skip


@dataclass
class Watch:
    """Remembers what earlier nights said, and holds each new one against it."""

    settings: Settings
    ever_held: dict[str, set[Record]] = field(default_factory=lambda: defaultdict(set))
    anchors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stage: dict[str, tuple[int, int]] = field(default_factory=dict)
    closed_with: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    known_tasks: dict[str, tuple[str, Any]] = field(default_factory=dict)
    news: dict[str, tuple[str, ...]] = field(default_factory=dict)
    before: Seen | None = None
    totals: Counter[str] = field(default_factory=Counter)

    def check(self, run: Run, counts: dict[str, int]) -> Seen:
        """Hold a night against all that went before. `counts`: what its stage of finding told."""
        seen = Seen.of(run, self.settings)
        self.births_keep_their_ids(seen)
        self.findings_keep_their_ids(seen)
        self.history_explains_every_status(seen, counts)
        self.nothing_comes_back_without_a_reason(seen)
        self.tasks_keep_their_numbers(seen)
        self.only_what_waits_is_listed(seen)
        self.totals.update(seen.tonight["event"])
        self.before = seen
        return seen

    def births_keep_their_ids(self, seen: Seen) -> None:
        """An id never names a birth that shares no record with all it ever was; the same records are the same birth."""
        before = {records: birth for birth, records in self.before.births.items()} if self.before else {}
        for birth, records in seen.births.items():
            ever = self.ever_held[birth]
            assert not ever or ever & records, f"{birth} names another birth"
            assert before.get(records, birth) == birth, f"{birth}: the same records had another id"
            ever |= records
        if self.before:
            home = {one: birth for birth, records in self.before.births.items() for one in records}
            fates = {birth: {home[one] for one in records if one in home} for birth, records in seen.births.items()}
            self.totals["merged"] += sum(len(came) > 1 for came in fates.values())
            sources = Counter(birth for came in fates.values() for birth in came)
            self.totals["split"] += sum(count > 1 for count in sources.values())

    def findings_keep_their_ids(self, seen: Seen) -> None:
        """One id, one problem, ever; a child's stage goes up with its days unless its records changed."""
        assert seen.finding["finding_id"].is_unique
        for row in seen.finding.to_dict("records"):
            finding_id, birth = row["finding_id"], row["birth_id"]
            anchor = tuple(plain(row[name]) for name in ANCHOR)
            anchor = (row["kind"], *(anchor if anchor[1] else (birth,)))
            assert self.anchors.setdefault(finding_id, anchor) == anchor
            if pd.notna(row["due_stage"]):
                stage, facts = self.stage.get(finding_id, (0, 0))
                assert row["due_stage"] >= stage or facts != seen.around[birth], finding_id
                self.stage[finding_id] = (int(row["due_stage"]), seen.around[birth])

    def history_explains_every_status(self, seen: Seen, counts: dict[str, int]) -> None:
        """The steps of each finding, replayed, end in its status; a night's counts are the steps that it wrote down."""
        lives: dict[str, str] = {}
        for step in seen.event.itertuples():
            now = lives.get(step.finding_id)
            assert (now is None) == (step.event == "opened"), (step.finding_id, step.event)
            assert step.event != "closed" or now != Status.CLOSED
            assert step.event != "reopened" or now in (Status.CLOSED, Status.ANSWERED)
            assert step.actor and step.happened_at
            lives[step.finding_id] = str(STATUS_AFTER.get(step.event, now or Status.OPEN))
        assert lives == dict(zip(seen.state["finding_id"], seen.state["status"], strict=True))
        steps = Counter(seen.tonight["event"])
        assert {name: steps[name] for name in ("opened", "reopened", "closed")} == {
            name: counts[name] for name in ("opened", "reopened", "closed")
        }
        standing = {found for found, status in lives.items() if status != Status.CLOSED}
        found = set(seen.finding["finding_id"])
        assert found <= standing
        assert len(standing - found) <= counts["withheld"]
        assert len(standing) == sum(seen.event["event"] == "opened") - len(lives) + len(standing)

    def nothing_comes_back_without_a_reason(self, seen: Seen) -> None:
        """A closed finding is reopened only when what linking knows around its birth changed; an answered one, when its own news did."""
        areas = Areas.load(self.settings.areas_path)
        birth_of = dict(zip(seen.state["finding_id"], seen.state["birth_id"], strict=True))
        again = set(seen.tonight.loc[seen.tonight["event"] == "reopened", "finding_id"])
        for row in seen.finding.to_dict("records"):
            finding_id, news = row["finding_id"], tuple(plain(row[name]) for name in NEWS)
            if finding_id in again and finding_id in self.closed_with:
                self.totals["reopened after closing"] += 1
                birth, facts = self.closed_with.pop(finding_id)
                assert (birth, facts) != (row["birth_id"], seen.around[row["birth_id"]]), (finding_id, row["kind"])
            elif finding_id in again:
                known = list(self.news[finding_id])
                place = NEWS.index("division_code")
                known[place] = areas.current(known[place], seen.run.as_of)
                assert news != tuple(known), finding_id
            self.news[finding_id] = news
        for finding_id in seen.tonight.loc[seen.tonight["event"] == "closed", "finding_id"]:
            birth = birth_of[finding_id]
            self.closed_with[finding_id] = (birth, seen.around.get(birth))

    def tasks_keep_their_numbers(self, seen: Seen) -> None:
        """A number is of one finding and one first day for good; its desk changes with its township only."""
        moved = set(seen.former["task_no"])
        for row in seen.task.itertuples():
            told = (row.finding_id, row.issued_on)
            assert self.known_tasks.setdefault(row.task_no, told) == told
        if self.before is not None:
            desks = dict(zip(self.before.task["task_no"], self.before.task["desk"], strict=True))
            for row in seen.task.itertuples():
                assert row.desk == desks.get(row.task_no, row.desk) or row.task_no in moved

    def only_what_waits_is_listed(self, seen: Seen) -> None:
        """What was answered for good is on no list, unless the night opened it again."""
        finding_of = dict(zip(seen.task["task_no"], seen.task["finding_id"], strict=True))
        status = dict(zip(seen.state["finding_id"], seen.state["status"], strict=True))
        again = set(seen.event.loc[seen.event["event"] == "reopened", "finding_id"])
        last = seen.outcome.sort_values("outcome_id").assign(finding_id=seen.outcome["task_no"].map(finding_of))
        last = last.drop_duplicates("finding_id", keep="last").set_index("finding_id")
        for task_no in seen.listed():
            finding_id = finding_of[task_no]
            assert status[finding_id] == Status.ISSUED
            if finding_id in last.index and finding_id not in again:
                outcome = ANSWERS[last.loc[finding_id, "code"]]
                assert outcome.effect not in (Effect.SETTLES, Effect.PEACE, Effect.BINDS), finding_id
                if outcome.effect == Effect.RETURNS:
                    assert last.loc[finding_id, "answered_on"] + timedelta(days=outcome.days) <= seen.run.as_of
