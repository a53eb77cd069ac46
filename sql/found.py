"""What the findings stage leaves in the state: births and findings, in one transaction."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from sql.births import keep_births
from sql.database import writing
from sql.life import keep_findings
from vocabulary.settings import Settings


def save_found(settings: Settings, run_id: str, births: pd.DataFrame, findings: pd.DataFrame, withheld: Collection[str]) -> dict[str, int]:
    """Keep a night's births and findings, both or neither; counts of findings opened, reopened, closed and of records."""
    with writing(settings) as connection:
        kept = keep_births(connection, run_id, births)
        counts = keep_findings(connection, run_id, findings, withheld)
    return counts | {f"records_{name}": count for name, count in kept.items()}
