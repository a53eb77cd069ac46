"""The report of a night, put together from what each stage left in the run's folder."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from sql.rows import as_rows
from vocabulary.errors import DeliveryRefused, Fault, GateRefused
from vocabulary.findings import Kind
from vocabulary.parquet_files import content_sha256, read_frame
from vocabulary.parts import key_of, registry_of
from vocabulary.runs import Run

SNAPSHOTS = (
    "accepted/record.parquet",
    "linked/birth_record.parquet",
    "linked/pair.parquet",
    "findings/finding.parquet",
)
"""What a night says. Its landing is left out: the same rows may be delivered in another order or file."""
STAGES = ("accepted", "linked", "findings", "worklists")
COMPLETE, PARTIAL, FAILED = "complete", "partial", "failed"


def report_of(run: Run) -> dict[str, Any]:
    """What the night did, without `changed`, which only the state can tell."""
    registries = registry_states(run)
    faults = faults_of(run, registries)
    whole = all(run.has(stage) for stage in STAGES)
    held_back = bool(faults) or any(registry.get("status") != "fresh" for registry in registries)
    status = FAILED if not whole else PARTIAL if held_back else COMPLETE
    exit_code = DeliveryRefused.exit_code if held_back else 0 if whole else GateRefused.exit_code
    return {
        "run_id": run.run_id,
        "as_of": run.as_of.isoformat(),
        "status": status,
        "exit_code": exit_code,
        "stages": stages_of(run),
        "registries": registries,
        "findings": counts_of_findings(run),
        "faults": faults,
    }


def read_report(run: Run) -> dict[str, Any] | None:
    """The report that a closed night has."""
    path = run.folder / "report.json"
    return read_json(path) if path.is_file() else None


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file."""
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def stages_of(run: Run) -> dict[str, Any]:
    """Stage -> seconds and counts. Landing has one folder a delivery: their seconds add up, the counts of registries stand apart."""
    stages: dict[str, Any] = {}
    landed = {path.parent.name: read_json(path) for path in sorted(run.landing.glob("*/stage.json"))}
    if landed:
        seconds = round(sum(told["seconds"] for told in landed.values()), 2)
        counts: dict[str, Counter[str]] = {}
        for key, told in landed.items():
            counts.setdefault(registry_of(key), Counter()).update(told["counts"])
        stages["land"] = {"seconds": seconds, "counts": {name: dict(whole) for name, whole in counts.items()}}
    for stage in STAGES:
        path = run.folder / stage / "stage.json"
        if path.is_file():
            told = read_json(path)
            stages[told["stage"]] = {"seconds": told["seconds"], "counts": told["counts"]}
    return stages


def registry_states(run: Run) -> list[dict[str, Any]]:
    """One object a configured registry, or county's part of one: fresh, last good or absent, with rows and period."""
    path = run.accepted / "registry.parquet"
    if not path.is_file():
        return []
    plain = read_frame(path, dtype_backend="pyarrow")
    return [{name: as_json(value) for name, value in row.items()} for row in as_rows(plain)]


def as_json(value: Any) -> Any:
    """Dates and times as ISO text."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def counts_of_findings(run: Run) -> dict[str, int]:
    """Kind -> findings of this night; a kind with none says 0."""
    path = run.findings / "finding.parquet"
    if not path.is_file():
        return {}
    counted = Counter(read_frame(path, ["kind"])["kind"])
    return {kind.value: counted[kind.value] for kind in Kind}


def faults_of(run: Run, registries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Why registries were refused or not read: as their landing says, or else as acceptance judged them."""
    refused = {path.parent.name: read_json(path) for path in sorted(run.landing.glob("*/refused.json"))}
    verdict = run.accepted / "verdict.json"
    whole = read_json(verdict)["registries"] if verdict.is_file() else []
    judged = {key_of(told["registry"], told.get("county")): told.get("faults", []) for told in whole}
    told = [each for one in refused.values() for each in one["faults"]]
    for row in registries:
        key = key_of(row["registry"], row.get("county"))
        if row.get("reason") and key not in refused:
            told += judged.get(key) or [{"code": row["reason"], "where": key}]
    found = [Fault(each["code"], each["where"], each.get("facts") or {}) for each in told]
    return [{"code": fault.code, "where": fault.where, "text": text_of(fault)} for fault in found]


def text_of(fault: Fault) -> str:
    """The fault in words; its code and place where only these are known."""
    try:
        return fault.text()
    except KeyError:
        return f"[{fault.code}] {fault.where}"


def checksums(run: Run) -> dict[str, str]:
    """Snapshot -> SHA-256, of those that stand."""
    return {name: content_sha256(run.folder / name) for name in SNAPSHOTS if (run.folder / name).is_file()}
