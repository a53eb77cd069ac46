"""What happens when a night is late. Notifiers are a deployment's own; the log line is always there."""

from __future__ import annotations

import logging
from typing import Any


def deadline_missed(**context: Any) -> None:
    """Say so in the log, with the run's id and nothing else."""
    run = context.get("context", {}).get("dag_run", {})
    logging.getLogger("hedui.deadline").error(
        "[night.late] %s: worklists were due three hours after the start", run.get("dag_run_id", "nightly")
    )
