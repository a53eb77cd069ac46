"""The nightly DAG: its shape, its conventions, and that nothing heavy or personal passes through it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dags import xcom
from tests.conftest import ROOT
from vocabulary.errors import DeliveryRefused, Unreachable
from vocabulary.registries import REGISTRIES

HEAVY = ("pandas", "great_expectations", "recordlinkage", "duckdb", "connectors", "expectations", "matching", "reconciliation", "sql")


def test_the_folder_holds_exactly_these_dags(bag):
    assert not bag.import_errors
    assert set(bag.dags) == {"nightly", "monthly"}


def test_each_dag_keeps_the_conventions(bag):
    pools = json.loads((ROOT / "dags" / "pools.json").read_text())
    for dag in bag.dags.values():
        assert dag.tags
        assert dag.doc_md
        assert not dag.catchup
        assert dag.max_active_runs == 1
        assert dag.dagrun_timeout
        assert dag.deadline
        for step in dag.tasks:
            assert step.owner != "airflow"
            assert step.execution_timeout or step.response_timeout  # a person is waited for, not stopped
            assert step.pool in {"default_pool", *pools}


def test_the_night_is_one_line_of_stages_after_the_registries_side_by_side(bag):
    dag = bag.dags["nightly"]
    followers = {name: sorted(step.downstream_task_ids) for name, step in dag.task_dict.items()}
    assert followers["land"] == ["accept"]
    assert followers["accept"] == ["link"]
    assert followers["link"] == ["find"]
    assert followers["find"] == ["publish"]
    assert followers["publish"] == ["report"]
    assert followers["report"] == []
    assert list(dag.task_dict["land"].op_kwargs_expand_input.value["registry"]) == list(REGISTRIES)


def test_a_registry_that_fails_stops_neither_the_others_nor_the_report(bag):
    rules = {name: str(step.trigger_rule.value) for name, step in bag.dags["nightly"].task_dict.items()}
    assert rules["accept"] == rules["report"] == "all_done"


@pytest.mark.parametrize(("error", "action"), [(Unreachable(()), "retry"), (DeliveryRefused(()), "fail")])
def test_only_what_may_answer_later_is_tried_again(bag, error, action):
    policy = bag.dags["nightly"].task_dict["land"].partial_kwargs["retry_policy"]
    assert policy.evaluate(error, 1, 3).action.value == action


def test_parsing_imports_nothing_heavy():
    script = f"import airflow.sdk, sys; before = set(sys.modules); import dags.nightly; print([m for m in {HEAVY!r} if m in sys.modules and m not in before])"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert ran.stdout.strip().splitlines()[-1] == "[]"


def test_the_dag_survives_being_stored_and_read_again(bag):
    from airflow.serialization.serialized_objects import DagSerialization

    stored = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(bag.dags["nightly"]))
    assert set(stored.task_dict) == set(bag.dags["nightly"].task_dict)


@pytest.mark.parametrize(
    "value", ["2026-10-31-001", {"run_id": "2026-10-31-001", "findings": {"conflict": 812}}, ["hukou", "hospital"], None, 3, True]
)
def test_references_and_counts_may_travel(value):
    xcom.refuse_rows(value)


@given(st.text("0123456789", min_size=17, max_size=17).map(lambda digits: f"row {digits}X"))
def test_no_identity_number_travels_and_the_refusal_does_not_repeat_it(value):
    with pytest.raises(ValueError, match="an XCom holds references") as refusal:
        xcom.refuse_rows({"deep": [value]})
    assert value[4:-1] not in str(refusal.value)


@pytest.mark.parametrize("value", ["王芳", {"王芳": 1}, ["x" * 20_000], object(), {"a": {1, 2}}])
def test_no_name_no_table_and_nothing_long_travels(value):
    with pytest.raises(ValueError, match="an XCom holds references"):
        xcom.refuse_rows(value)


def test_a_table_does_not_travel():
    import pandas as pd

    with pytest.raises(ValueError, match="not a DataFrame"):
        xcom.refuse_rows(pd.DataFrame({"n": [1]}))
