"""The monthly DAG: its shape, when it starts, and that its last gate is a person whose silence is no answer."""

from __future__ import annotations

from dags.assets import WORKLISTS
from dags.when import month_of, monthly_rule, monthly_timetable


def test_the_month_is_one_line_that_ends_with_a_person_and_a_seal(bag):
    dag = bag.dags["monthly"]
    followers = {name: sorted(step.downstream_task_ids) for name, step in dag.task_dict.items()}
    assert followers == {"assemble": ["judge"], "judge": ["approve", "seal"], "approve": ["seal"], "seal": []}
    assert {str(step.trigger_rule.value) for step in dag.tasks} == {"all_success"}


def test_silence_never_approves(bag):
    approve = bag.dags["monthly"].task_dict["approve"]
    assert approve.defaults is None
    assert approve.response_timeout
    assert approve.options == ["Approve", "Reject"]
    assert not approve.execution_timeout


def test_a_blocked_return_is_told_of(bag):
    assert [callback.__name__ for callback in bag.dags["monthly"].task_dict["judge"].on_failure_callback] == ["held_back"]


def test_the_month_starts_by_the_rule_that_is_named():
    rule = monthly_rule()
    assert type(monthly_timetable({**rule, "start": "date"}, WORKLISTS)).__name__ == "CronTriggerTimetable"
    assert type(monthly_timetable({**rule, "start": "nights"}, WORKLISTS)).__name__ == "PartitionedAssetTimetable"


class Run:
    def __init__(self, moment, key=None):
        self.logical_date, self.run_after, self.partition_key = None, moment, key


def test_the_month_is_the_one_that_was_given_or_the_partitions_or_the_last_one():
    from datetime import UTC, datetime

    moment = datetime(2026, 10, 31, 17, tzinfo=UTC)  # the first of November in China
    assert month_of({"params": {"month": "2026-07"}, "dag_run": Run(moment)}) == "2026-07"
    assert month_of({"params": {}, "dag_run": Run(moment, "2026-08")}) == "2026-08"
    assert month_of({"params": {"month": None}, "dag_run": Run(moment)}) == "2026-10"
