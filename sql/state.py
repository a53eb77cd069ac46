"""The front door to the state: every function that another folder may call, and nothing else."""

from __future__ import annotations

from sql.access import record_looks
from sql.access_chain import verify_log
from sql.births import known_births, known_decisions, save_births
from sql.deliveries import last_good_delivery, mark_accepted, mark_all_accepted, record_delivery
from sql.exchange import exchange_files, keep_exchange_file
from sql.found import save_found
from sql.labelled import draw_pairs, drawn_pairs, labelled_pairs
from sql.life import finding_history, last_seen, open_findings, save_findings
from sql.nights import close_run, open_run, runs
from sql.outcomes import answered_findings, answering, answers, bound_records
from sql.purge import purge
from sql.releases import keep_release, releases
from sql.task_number import read_task_number
from sql.tasks import finding_of_task, issue_tasks

__all__ = [
    "answered_findings",
    "answering",
    "answers",
    "bound_records",
    "close_run",
    "draw_pairs",
    "drawn_pairs",
    "exchange_files",
    "finding_history",
    "finding_of_task",
    "issue_tasks",
    "keep_exchange_file",
    "keep_release",
    "known_births",
    "known_decisions",
    "labelled_pairs",
    "last_good_delivery",
    "last_seen",
    "mark_accepted",
    "mark_all_accepted",
    "open_findings",
    "open_run",
    "purge",
    "read_task_number",
    "record_delivery",
    "record_looks",
    "releases",
    "runs",
    "save_births",
    "save_findings",
    "save_found",
    "verify_log",
]
