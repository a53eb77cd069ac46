"""Task numbers for the rows of a worklist, from the state."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from vocabulary.runs import Run
from vocabulary.settings import Settings


def task_issuer(settings: Settings, run: Run) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A function from rows (finding_id, desk) to rows (finding_id, desk, task_no, issued_on)."""

    def issue(rows: pd.DataFrame) -> pd.DataFrame:
        from sql import state

        numbers = state.issue_tasks(settings, {str(desk): list(ids) for desk, ids in rows.groupby("desk")["finding_id"]})
        told = [(finding_id, desk, task_no) for desk, tasks in numbers.items() for finding_id, task_no in tasks.items()]
        issued = pd.DataFrame(told, columns=["finding_id", "desk", "task_no"], dtype=object)
        return issued.assign(issued_on=run.as_of)

    return issue
