"""The nightly DAG where counties deliver parts of registries: what is mapped, by which names."""

from __future__ import annotations

from pathlib import Path

import pytest

from hedui.embedded import DAG_FOLDER
from vocabulary.parts import Part


@pytest.fixture
def counties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "counties.csv"
    path.write_text("county,name,hukou\n990101,示例县,/srv/a\n990102,邻东县,/srv/b\n", encoding="utf-8")
    monkeypatch.setenv("HEDUI_COUNTIES", str(path))
    return path


def test_the_night_asks_which_counties_deliver_and_maps_over_them(counties: Path) -> None:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=DAG_FOLDER)
    assert not bag.import_errors
    dag = bag.dags["nightly"]
    land = dag.task_dict["land"]
    assert sorted(dag.task_dict["expected"].downstream_task_ids) == ["land"]
    assert land.op_kwargs_expand_input.value["registry"].operator.task_id == "expected"
    assert land.partial_kwargs["map_index_template"] == "{{ registry_name }}"


def test_what_is_mapped_is_named_as_people_name_it(counties: Path) -> None:
    from connectors import land
    from dags import xcom

    assert land.expected() == ["family_planning", "hospital", Part("hukou", "990101").key, "hukou-990102"]
    xcom.refuse_rows(land.expected())
    assert [land.title(key) for key in land.expected()] == ["family_planning", "hospital", "990101 示例县 · hukou", "990102 邻东县 · hukou"]


def test_a_province_of_two_hundred_counties_still_travels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from connectors import land
    from dags import xcom

    rows = [f"99{number // 100:02d}{number % 100:02d},x,/srv/a,/srv/b,/srv/c" for number in range(1, 201)]
    (tmp_path / "many.csv").write_text("\n".join(["county,name,hukou,hospital,family_planning", *rows]), encoding="utf-8")
    monkeypatch.setenv("HEDUI_COUNTIES", str(tmp_path / "many.csv"))
    assert len(land.expected()) == 600
    xcom.refuse_rows(land.expected())


def test_a_list_that_cannot_be_read_hides_no_dag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.dag_processing.dagbag import DagBag

    monkeypatch.setenv("HEDUI_COUNTIES", str(tmp_path / "none.csv"))
    bag = DagBag(dag_folder=DAG_FOLDER)
    assert not bag.import_errors
    assert "nightly" in bag.dags
