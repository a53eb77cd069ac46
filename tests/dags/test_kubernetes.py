"""deploy/kubernetes without a cluster: what the executor would send, and what an API server would say to the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.conftest import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
TEMPLATE = FOLDER / "pod-template.yaml"
VERSION = "1.31"


def documents(path: Path) -> list[dict[str, Any]]:
    told = [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]
    return [one for each in told for one in (each["items"] if each["kind"] == "List" else [each])]


def pods() -> dict[str, dict[str, Any]]:
    """The pod of a task, and of each process."""
    found = {"task": documents(TEMPLATE)[0]["spec"]}
    for one in documents(FOLDER / "airflow.yaml"):
        if one["kind"] == "Deployment":
            found[one["metadata"]["name"]] = one["spec"]["template"]["spec"]
    return found


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_every_document_is_what_an_api_server_would_take(path):
    for one in documents(path):
        kubernetes_validate.validate(one, VERSION, strict=True)


def test_a_word_that_the_schema_does_not_know_is_told():
    spoilt = documents(TEMPLATE)[0]
    spoilt["spec"]["containers"][0]["volumeMount"] = []
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(spoilt, VERSION, strict=True)


def test_the_executor_makes_the_pod_of_a_task_from_the_template():
    from airflow._shared.timezones import timezone
    from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator
    from kubernetes.client import ApiClient

    base = PodGenerator.deserialize_model_file(str(TEMPLATE))
    made = PodGenerator.construct_pod(
        dag_id="nightly",
        task_id="land",
        pod_id="nightly-land-x",
        try_number=1,
        kube_image=base.spec.containers[0].image,
        date=timezone.datetime(2026, 11, 1),
        args=["python", "-m", "airflow.sdk.execution_time.execute_workload", "--json-string", "{}"],
        pod_override_object=None,
        base_worker_pod=base,
        namespace="hedui",
        scheduler_job_id="1",
        map_index=0,
        run_id="scheduled__2026-11-01",
    )
    sent = ApiClient().sanitize_for_serialization(made)
    kubernetes_validate.validate(sent, VERSION, strict=True)
    (container,) = sent["spec"]["containers"]
    assert container["name"] == "base"
    assert container["args"][0] == "python"
    assert sent["metadata"]["namespace"] == "hedui"
    assert sent["spec"]["securityContext"]["runAsNonRoot"] is True
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in sent["spec"]["volumes"]}


@pytest.mark.parametrize("name", sorted(pods()))
def test_no_pod_may_do_more_than_it_must(name):
    pod = pods()[name]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    if name != "hedui-scheduler":
        assert pod["automountServiceAccountToken"] is False
    for container in [*pod["containers"], *pod.get("initContainers", ())]:
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert "@sha256:" in container["image"]
        assert all(
            mount["mountPath"].startswith(("/srv/hedui", "/var/cache/hedui", "/tmp", "/etc/hedui")) for mount in container["volumeMounts"]
        )


def test_each_process_of_airflow_has_a_deployment():
    from hedui.airflow_processes import COMMANDS

    assert {name.removeprefix("hedui-") for name in pods() if name != "task"} == set(COMMANDS)


def test_no_secret_stands_in_a_file():
    told = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml"))
    settings = documents(FOLDER / "settings.yaml")[0]["data"]
    assert not any(word in name for name in settings for word in ("PASSWORD", "SECRET", "FERNET", "KEY_ID", "SNAPSHOT_KEY"))
    assert "kind: Secret" not in told
