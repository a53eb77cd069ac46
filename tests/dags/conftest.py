"""One Airflow for the whole session: embedded, in a folder of its own."""

from __future__ import annotations

import pytest

from tests.conftest import HOME


@pytest.fixture(scope="session")
def airflow():
    """The embedded Airflow, ready."""
    from hedui import embedded

    embedded.prepare(HOME)
    return embedded


@pytest.fixture(scope="session")
def bag(airflow):
    """The DAGs as the scheduler parses them."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=airflow.DAG_FOLDER)
