"""Front door: an approved return becomes a sealed one: parts, a manifest with their digests, never to be written again."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from pathlib import Path
from typing import Any

from sql import returns
from sql.acting import acting_as
from sql.rows import now
from submission.gates.limits import limits
from submission.gates.objection import Severity
from submission.monthly.approval import APPROVED, warnings_of
from submission.monthly.draft import MANIFEST, draft_folder, sealed_folder
from submission.monthly.judge import known, read_objections
from submission.monthly.sealed import read_manifest
from vocabulary.errors import Fault, GateRefused
from vocabulary.runs import differing, sha256_of, write_private
from vocabulary.settings import Settings
from vocabulary.version import code

HELD_ELSEWHERE = {"G10": "at the release of a model", "G12": "when figures are published"}


@acting_as("submission")
def seal(return_id: str) -> str:
    """Seal a return that a person approved as it stands; its id again. One that is sealed stays as it is.

    Raises GateRefused where nobody approved exactly this content, or a part is not what was judged.
    """
    settings = Settings.from_environment()
    told = known(settings, return_id)
    if told["status"] == returns.SEALED:
        return return_id
    draft, target = (place(settings, told["month"], told["version"]) for place in (draft_folder, sealed_folder))
    if not target.exists():  # a seal that ended between disk and state is only written into the state
        approval = returns.last_answer(settings, return_id, told["content_sha256"])
        refuse_unless_approved(told, approval)
        refuse_changed_parts(told, draft)
        manifest = manifest_of(settings, told, draft, approval or {})
        write_private(draft / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        draft.rename(target)
    elif read_manifest(target)["content_sha256"] != told["content_sha256"]:
        raise GateRefused(Fault("monthly.part_changed", f"{return_id}/{MANIFEST}"))
    returns.keep_status(settings, return_id, returns.SEALED, sealed_at=now(), manifest_sha256=sha256_of(target / MANIFEST))
    return return_id


def refuse_unless_approved(told: dict[str, Any], approval: dict[str, Any] | None) -> None:
    """Raise GateRefused unless the return waits and the last word on it is yes."""
    if told["status"] != returns.AWAITING or approval is None or approval["answer"] != APPROVED:
        raise GateRefused(Fault("monthly.not_approved", str(told["return_id"]), {"status": str(told["status"])}))


def refuse_changed_parts(told: dict[str, Any], draft: Path) -> None:
    """Raise GateRefused with every part that is not what was judged."""
    if changed := differing(draft, told["parts"]):
        raise GateRefused([Fault("monthly.part_changed", f"{told['return_id']}/{name}") for name in changed])


def manifest_of(settings: Settings, told: dict[str, Any], draft: Path, approval: dict[str, Any]) -> dict[str, Any]:
    """What the return is, what it rests on, what the gates said, who let it out."""
    about = json.loads((draft / "about.json").read_text(encoding="utf-8"))
    found = read_objections(draft)
    parts = {path.name: sha256_of(path) for path in sorted(draft.iterdir()) if path.name != MANIFEST}
    return {
        **about,
        "for": "statistics bureau; the full table, not for publication",
        "revised_because": told["reason"] if int(told["version"]) > 1 else None,
        "run_id": told["run_id"],
        "snapshots": returns.checksums_of(settings, str(told["run_id"])),
        "code": {**code().told(), "sha256": code_sha256()},
        "content_sha256": told["content_sha256"],
        "parts": parts,
        "gates": gate_results(found),
        "signed_away": warnings_of(settings, told),
        "notes": [one for one in found if one["severity"] == Severity.NOTE],
        "approval": {
            "answer": approval["answer"],
            "by": approval["answered_by"],
            "at": approval["answered_at"].replace(tzinfo=approval["answered_at"].tzinfo or UTC).isoformat(),
            "through": approval["through"],
            "reason": approval["reason"],
        },
    }


def gate_results(found: list[dict[str, Any]]) -> dict[str, str]:
    """Gate -> passed, signed away, not judged, or where else it is held."""
    names = dict.fromkeys([f"G{number}" for number in range(1, 15)] + ["custody", "dates", "copies"], "passed") | HELD_ELSEWHERE
    words = {Severity.WARNING.value: "signed away", Severity.NOTE.value: "not judged"}
    for one in reversed(found):  # the gravest word stands
        names[one["gate"]] = "lower bound only" if one["gate"] == "G13" else words.get(one["severity"], one["severity"])
    return names


def code_sha256() -> str:
    """One digest of the code that counted and judged: two checkouts of one version may differ."""
    root = Path(__file__).resolve().parent.parent.parent
    together = hashlib.sha256(json.dumps(limits(), sort_keys=True).encode())
    for folder in ("vocabulary", "sql", "matching", "submission"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".sql", ".toml"}:
                together.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return together.hexdigest()
