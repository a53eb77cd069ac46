"""The front door to the state: every function that another folder may call, and nothing else."""

from __future__ import annotations

from sql.births import known_births, known_decisions, save_births
from sql.deliveries import last_good_delivery, mark_accepted, record_delivery
from sql.found import save_found
from sql.life import finding_history, last_seen, open_findings, save_findings
from sql.nights import close_run, open_run, runs
from sql.outcomes import answered_findings, answering, answers, bound_records
from sql.task_number import read_task_number
from sql.tasks import finding_of_task, issue_tasks

__all__ = [
    "answered_findings",
    "answering",
    "answers",
    "bound_records",
    "close_run",
    "finding_history",
    "finding_of_task",
    "issue_tasks",
    "known_births",
    "known_decisions",
    "last_good_delivery",
    "last_seen",
    "mark_accepted",
    "open_findings",
    "open_run",
    "read_task_number",
    "record_delivery",
    "runs",
    "save_births",
    "save_findings",
    "save_found",
]
