"""# hedui nightly

**Owner** data engineering · **Every night at 02:00 Asia/Shanghai**, for the day before · about a minute for a county.

What it does: reads each registry (`land`), holds it against its expectations (`accept`), decides which records are the same
birth (`link`), finds children without registration and records that disagree (`find`), writes one worklist a desk
(`publish`), and says how the night went (`report`).

**When it is red**

| red task | meaning | what to do |
|---|---|---|
| `land` of one registry, or of one county's part of it | it is late, refused or unreachable; the others went on | open the task's log: `[code] where: expected, got, what to do`; look the code up in docs/runbook.md. The night used that registry's last good snapshot and said nothing that rests on its absence |
| `accept`, `link`, `find`, `publish` | a fault of hedui or of the disk | clear the task: a stage stands whole or not at all, running it again changes nothing |
| `report` alone | a registry was refused or could not be read | as the first row; the worklists are out |

**To run a past night again**: trigger with `as_of` set to its date; many of them, in order: docs/backfill.md. Tasks hand over run ids, never rows.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import (  # type: ignore[attr-defined]  # its stub lacks what 3.3 added
    CronPartitionTimetable,
    DeadlineAlert,
    DeadlineReference,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    SyncCallback,
    dag,
    get_current_context,
    task,
)

from dags.alerts import broke_down, without_deadline_in_a_test_run
from dags.assets import WORKLISTS
from dags.travelling import travels
from dags.when import nightly_rule
from vocabulary.errors import Fault, GateRefused, discreet
from vocabulary.registries import REGISTRIES
from vocabulary.settings import in_parts

PATIENCE = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception="vocabulary.errors.Unreachable", action=RetryAction.RETRY, retry_delay=timedelta(minutes=5), reason="may answer later"
        ),
        RetryRule(exception="vocabulary.errors.Refusal", action=RetryAction.FAIL, reason="the same bytes would be refused again"),
    ]
)
DEADLINE = DeadlineAlert(
    reference=DeadlineReference.DAGRUN_QUEUED_AT,
    interval=timedelta(hours=3),
    name="worklists before the desks open",
    callback=SyncCallback("dags.alerts.deadline_missed"),
)


@dag(
    dag_id="nightly",
    dag_display_name="hedui nightly",
    schedule=CronPartitionTimetable(nightly_rule()["at"], timezone="Asia/Shanghai", run_offset=-1, key_format="%Y-%m-%d"),
    catchup=False,
    max_active_runs=1,  # two nights at once would issue one finding twice
    dagrun_timeout=timedelta(hours=6),
    deadline=DEADLINE,
    default_args={"owner": "data-engineering", "retries": 3, "retry_delay": timedelta(minutes=2), "execution_timeout": timedelta(hours=2), "retry_policy": PATIENCE},
    params={"as_of": Param(None, type=["null", "string"], format="date", description="the day the night speaks of; empty: the day before")},
    tags=["hedui", "nightly"],
    doc_md=__doc__,
)  # fmt: skip
def nightly() -> None:
    """Open a run, land every registry, then accept, link, find, publish, report."""

    @task(on_failure_callback=broke_down)
    @discreet
    @travels("open_run")
    def open_run() -> str:
        from dags.when import must_be_alone, night_of
        from sql import state

        must_be_alone(get_current_context())
        return state.open_run(night_of(get_current_context()))

    @task
    @discreet
    def expected(night: str) -> list[str]:
        from connectors import land as front_door

        return front_door.expected()

    @task(pool="registry_pull", map_index_template="{{ registry_name }}")
    @discreet
    @travels("land")
    def land(night: str, registry: str) -> str:
        from connectors import land as front_door

        get_current_context()["registry_name"] = front_door.title(registry)
        return front_door.night(night, registry)

    @task(trigger_rule="all_done")  # a registry that is late or refused does not stop the others
    @discreet
    @travels("accept")
    def accept(night: str) -> str:
        from expectations import accept as front_door

        return front_door.night(night)

    @task
    @discreet
    @travels("link")
    def link(night: str) -> str:
        from matching import link as front_door

        return front_door.night(night)

    @task
    @discreet
    @travels("find")
    def find(night: str) -> str:
        from reconciliation import find as front_door

        return front_door.night(night)

    @task(outlets=[WORKLISTS])
    @discreet
    @travels("publish")
    def publish(night: str) -> str:
        from reconciliation import publish as front_door

        return front_door.night(night)

    @task(trigger_rule="all_done", retries=0, on_failure_callback=broke_down)
    @discreet
    @travels("report")
    def report(night: str) -> dict[str, Any]:
        from sql import state
        from watching import after

        told = state.close_run(night)
        after.night(night)  # the report page, metrics, notices; never an error
        if told["exit_code"]:  # the night is red, though everything that could be done is done
            raise GateRefused([Fault(fault["code"], fault["where"]) for fault in told["faults"]])
        return {name: told[name] for name in ("run_id", "changed", "findings")}

    night = open_run()
    # Where counties deliver parts, the night asks which when it begins: a county that is added needs no new DAG.
    landed = land.partial(night=night).expand(registry=expected(night) if in_parts() else list(REGISTRIES))
    accepted = accept(night)
    published = publish(find(link(accepted)))
    landed >> accepted
    published >> report(night)


without_deadline_in_a_test_run(nightly())
