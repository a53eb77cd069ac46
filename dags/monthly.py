"""# hedui monthly

**Owner** statistics · **on the fifth of the month at 06:00 Asia/Shanghai, or when the month's nights are there**, as
dags/schedule.toml says · for the month before · seconds for a county, then it waits for a person.

What it does: counts the month's births from the last good night and puts the return together (`assemble`), asks every gate
(`judge`), asks a person (`approve`), and seals what was approved (`seal`).

**When it is red**

| red task | meaning | what to do |
|---|---|---|
| `assemble` | no night knows the end of the month | run the nightly DAG, clear the task |
| `judge` | the return is held back | the log names a file of objections; each says who mends it. Then trigger the month again |
| `approve` | nobody answered within five days, or a yes lacked the reason that warnings need | clear the task: it asks again |
| `seal` | the draft is not what was approved | clear `assemble`; nothing was sealed |

The portal asks the same question. Whoever answers first decides: what it sealed is sealed, and `approve` ends green when its time is
over, or at once if somebody says yes here as well; what it turned down ends as a no here.

`approve` green and `seal` skipped: the approver said no; the reason is in hedui's state. **To do a month again** trigger with
`month`; where it was sealed, say in `reason` why it is revised: a sealed return stays, the new one is its next version.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DeadlineAlert, DeadlineReference, Param, SyncCallback, dag, get_current_context, task  # type: ignore[attr-defined]

from dags.alerts import held_back, without_deadline_in_a_test_run
from dags.approval import ReturnApproval
from dags.assets import WORKLISTS
from dags.when import monthly_rule, monthly_timetable
from vocabulary.errors import discreet

RULE = monthly_rule()
DEADLINE = DeadlineAlert(
    reference=DeadlineReference.DAGRUN_QUEUED_AT,
    interval=timedelta(days=5),
    name="return sealed by the tenth",
    callback=SyncCallback("dags.alerts.month_missed"),
)


@dag(
    dag_id="monthly",
    dag_display_name="hedui monthly",
    schedule=monthly_timetable(RULE, WORKLISTS),
    catchup=False,
    max_active_runs=1,  # two versions of one month at once would not know of each other
    dagrun_timeout=timedelta(days=7),
    deadline=DEADLINE,
    default_args={"owner": "statistics", "retries": 0, "execution_timeout": timedelta(hours=2)},
    params={
        "month": Param(None, type=["null", "string"], pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="such as 2026-10; empty: the month before"),
        "reason": Param(None, type=["null", "string"], maxLength=500, description="why a sealed return is revised"),
    },
    tags=["hedui", "monthly"],
    doc_md=__doc__,
)  # fmt: skip
def monthly() -> None:
    """Assemble the return, judge it, ask a person, seal it."""

    @task
    @discreet
    def assemble() -> str:
        from dags.when import month_of
        from submission.monthly.assemble import assemble as front_door

        context = get_current_context()
        return front_door(month_of(context), (context["params"] or {}).get("reason"))

    @task(on_failure_callback=held_back)
    @discreet
    def judge(return_id: str) -> str:
        from submission.monthly.judge import judge as front_door

        return front_door(return_id)

    @task
    @discreet
    def seal(return_id: str) -> str:
        from submission.monthly.seal import seal as front_door

        return front_door(return_id)

    judged = judge(assemble())
    approve = ReturnApproval(
        task_id="approve",
        return_id=judged,
        subject="出生登记核对统计月报表 Monthly return",
        params={"reason": Param("", type="string", maxLength=500)},
        assigned_users=[{"id": name, "name": name} for name in RULE["approvers"]] or None,
        response_timeout=timedelta(days=5)
        - timedelta(hours=1),  # a question that the portal answered ends before the deadline calls it late
        execution_timeout=None,
        retries=2,
        retry_delay=timedelta(seconds=10),
    )
    approve >> seal(judged)


without_deadline_in_a_test_run(monthly())
