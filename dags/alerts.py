"""What happens when a night or a month is late, broken down or held back: people are told (docs/watching.md), and the log line is always there."""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import DAG

from vocabulary.errors import GateRefused


def deadline_missed(**context: Any) -> None:
    """Say so in the log, with the run's id and nothing else."""
    run = context.get("context", {}).get("dag_run", {})
    logging.getLogger("hedui.deadline").error(
        "[night.late] %s: worklists were due three hours after the start", run.get("dag_run_id", "nightly")
    )
    _watch().late("night.late", str(run.get("dag_run_id", "nightly")))


def month_missed(**context: Any) -> None:
    """Say so in the log, with the run's id and nothing else."""
    run = context.get("context", {}).get("dag_run", {})
    logging.getLogger("hedui.deadline").error(
        "[month.late] %s: the return was due five days after the start", run.get("dag_run_id", "monthly")
    )
    _watch().late("month.late", str(run.get("dag_run_id", "monthly")))


def held_back(context: Any) -> None:
    """A return was held back: which run's, for whoever watches the log. The objections lie in the file that the task's own line names."""
    logging.getLogger("hedui.monthly").error("[month.held_back] %s: see the objections beside the draft", context["dag_run"].run_id)
    _watch().month_held(context["dag_run"].run_id, context.get("exception"))


def broke_down(context: Any) -> None:
    """A night that could not be opened or closed has no report, and nobody would hear of it; one that is merely red has told already."""
    if not isinstance(context.get("exception"), GateRefused):
        logging.getLogger("hedui.nightly").error("[night.broke] %s", context["dag_run"].run_id)
        _watch().broke_down(context["dag_run"].run_id, context.get("exception"))


def _watch() -> Any:
    from watching import after  # not before something happens: parsing a DAG stays fast

    return after


def without_deadline_in_a_test_run(dag: DAG) -> DAG:
    """`dag.test()`, and so `airflow dags test` and `hedui nightly`, run without the deadline; the scheduler keeps it.

    Airflow 3.3 looks for a deadline's row in its database when a run ends; a test run has none and would fail after its last task.
    """
    run_it = dag.test

    def test(*args: Any, **kwargs: Any) -> Any:
        dag.deadline = None
        return run_it(*args, **kwargs)

    dag.test = test  # type: ignore[method-assign]
    return dag
