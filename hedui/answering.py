"""The answer that a person gave on the command line, handed to the task that waits for one in this process's own Airflow."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PAUSE = 0.3
"""Seconds between two looks whether the question is there."""


@contextmanager
def answering(dag_id: str, task_id: str, by: str | None, user_id: str, reason: str) -> Iterator[None]:
    """While the block runs, answer that task's question as soon as it is asked, once: yes where somebody approves, as Airflow's own page would.

    Where nobody does, the question ends unanswered, as it would in Airflow when its time is over: the task fails, and nothing follows it.
    """
    ended = threading.Event()

    def wait_and_answer() -> None:
        while not ended.wait(PAUSE):
            if answered(dag_id, task_id, by, user_id, reason):
                return

    answerer = threading.Thread(target=wait_and_answer, daemon=True)
    answerer.start()
    try:
        yield
    finally:
        ended.set()
        answerer.join()


def answered(dag_id: str, task_id: str, by: str | None, user_id: str, reason: str) -> bool:
    """Whether the task waited and waits no longer. The steps are those of Airflow's REST route for such an answer."""
    from airflow._shared.timezones import timezone
    from airflow.models.hitl import HITLDetail, HITLUser
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent
    from airflow.utils.session import create_session
    from airflow.utils.state import TaskInstanceState
    from sqlalchemy import select

    here = TaskInstance.dag_id == dag_id, TaskInstance.task_id == task_id, TaskInstance.state == TaskInstanceState.AWAITING_INPUT
    with create_session() as session:
        waiting = session.scalars(select(TaskInstance).where(*here).order_by(TaskInstance.start_date.desc()).limit(1)).first()
        asked = None if waiting is None else session.scalars(select(HITLDetail).where(HITLDetail.ti_id == waiting.id)).first()
        if waiting is None or asked is None or asked.response_received:
            return False
        if by is None:
            waiting.set_state(TaskInstanceState.FAILED, session=session)
            return True
        asked.responded_by = HITLUser(id=user_id, name=by)
        asked.responded_at = timezone.utcnow()
        asked.chosen_options = ["Approve"]
        asked.params_input = {"reason": reason}
        session.add(asked)
        handle_event_submit(TriggerEvent(asked.as_resume_event_payload()), task_instance=waiting, session=session)
    return True
