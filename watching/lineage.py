"""What each stage of a night read and wrote, for OpenLineage: by name and run id, without address, path or row.

Airflow's OpenLineage provider asks this extractor, once `[openlineage] extractors` names it (docs/watching.md); hedui itself sends nothing.
Needs the extra `lineage`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.providers.openlineage.extractors.base import BaseExtractor, OperatorLineage
from openlineage.client.event_v2 import Dataset
from openlineage.client.facet_v2 import dataset_version_dataset

from vocabulary.logs import CODE

NAMESPACE = "hedui"
DAGS = ("nightly", "monthly")
EACH = "{part}"
"""In a name: the registry, or registry and county, that a mapped task is about."""
FLOW: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "land": (("registry/{part}",), ("landing/{part}",)),
    "accept": (("landing",), ("accepted",)),
    "link": (("accepted",), ("linked",)),
    "find": (("accepted", "linked"), ("findings",)),
    "publish": (("findings", "accepted", "linked"), ("worklists",)),
    "report": (("accepted", "linked", "findings", "worklists"), ("report",)),
    "assemble": (("accepted", "linked"), ("return_draft",)),
    "judge": (("return_draft",), ("objections",)),
    "seal": (("return_draft", "objections"), ("return_sealed",)),
}
"""Task -> what it reads, what it writes. `landing` alone stands for every registry's."""


class StageExtractor(BaseExtractor):
    """For the tasks of hedui's DAGs; of other DAGs' tasks it says nothing."""

    @classmethod
    def get_operator_classnames(cls) -> list[str]:
        """As Airflow calls a function that is a task."""
        return ["_PythonDecoratedOperator"]

    def _execute_extraction(self) -> OperatorLineage:
        reads, writes = FLOW.get(self.operator.task_id, ((), ())) if self.operator.dag_id in DAGS else ((), ())
        places = dict(zip(("night",), getattr(self.operator, "op_args", None) or (), strict=False))
        told = facts_of({**places, **(getattr(self.operator, "op_kwargs", None) or {})})
        return OperatorLineage(inputs=datasets(reads, told), outputs=datasets(writes, told))


def facts_of(arguments: Mapping[str, Any]) -> dict[str, str]:
    """`run`: the id of the night or return; `part`: the other argument of a mapped task. What is no code, such as a value not yet known, is left out."""
    known = {str(name): value for name, value in arguments.items() if isinstance(value, str) and CODE.fullmatch(value)}
    run = known.pop("night", known.pop("return_id", ""))
    return {"run": run, "part": next(iter(known.values()), "")}


def datasets(names: tuple[str, ...], told: Mapping[str, str]) -> list[Dataset]:
    """Each name with the run as its version; `landing` as every registry's."""
    from vocabulary.registries import REGISTRIES

    spread = [f"landing/{one}" for name in names if name == "landing" for one in REGISTRIES]
    spread += [name.replace(EACH, told["part"] or "unknown") for name in names if name != "landing"]
    version = {"version": dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=told["run"])} if told["run"] else {}
    return [Dataset(namespace=NAMESPACE, name=name, facets=dict(version)) for name in spread]
