"""The model that an installation links births by: hedui's own, which learns every month, or one that was adopted; and every one it ever had."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from matching.model.files import as_document, model_path, read_document, read_spec, spec_of
from matching.model.learned import Model
from matching.model.saved import model_document, model_of
from matching.model.spec import Spec
from vocabulary.dates import CHINA
from vocabulary.errors import Fault, Refusal
from vocabulary.runs import private_folder, sha256_of, write_private

FOLDER, ADOPTED = "models", "adopted.json"
BUILT_IN = "births"
SHORT = 12


def installed(home: Path) -> Model | Spec:
    """A model that has learnt and stays as it is, or a spec that learns on the first night of each month.

    Raises Refusal where the adopted file is not what was adopted: nights must not go on by another model in silence.
    """
    told = adoptions(home)
    if not told or told[-1]["file"] is None:
        return read_spec(model_path(BUILT_IN))
    path = home / FOLDER / told[-1]["file"]
    if not path.is_file() or sha256_of(path) != told[-1]["sha256"]:
        raise Refusal([Fault("matching.adopted_harmed", f"{FOLDER}/{told[-1]['file']}")])
    return model_or_spec(path)


def model_or_spec(path: Path) -> Model | Spec:
    """A file's model, where it has learnt, else its spec. Raises ConfigurationError."""
    document = read_document(path)
    return model_of(document, path.name) if "learned" in document else spec_of(document, path.name)


def adoptions(home: Path) -> list[dict[str, Any]]:
    """Every adoption, oldest first; the last is in force. Grain: file (None: hedui's own), sha256, digest, adopted_at, reason, verdict."""
    path = home / FOLDER / ADOPTED
    told: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return told


def adopt(home: Path, wanted: Model | Spec | None, reason: str, verdict: str) -> dict[str, Any]:
    """Make a model (None: hedui's own) the one in force from the next night on; the entry that says so. Nothing of an earlier one is deleted."""
    folder, told = private_folder(home / FOLDER), adoptions(home)
    entry: dict[str, Any] = {"file": None, "sha256": None, "digest": None}
    if wanted is not None:
        name = f"{len(told) + 1:04d}.json"
        path = write_private(folder / name, json.dumps(document_of(wanted), ensure_ascii=False, indent=1))
        entry = {"file": name, "sha256": sha256_of(path), "digest": digest_of(wanted)}
    entry |= {"adopted_at": datetime.now(CHINA).isoformat(timespec="seconds"), "reason": reason, "verdict": verdict}
    write_private(folder / ADOPTED, json.dumps([*told, entry], ensure_ascii=False, indent=1))
    return entry


def document_of(wanted: Model | Spec) -> Mapping[str, Any]:
    """As plain JSON values."""
    return model_document(wanted) if isinstance(wanted, Model) else as_document(wanted)


def digest_of(wanted: Model | Spec) -> str:
    """The same for the same model: by what it says, whatever its file looks like."""
    text = json.dumps(document_of(wanted), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:SHORT]
