"""What DAGs hand on to each other."""

from __future__ import annotations

from airflow.sdk import Asset

WORKLISTS = Asset(name="hedui_worklists", uri="hedui://worklists", group="hedui")
