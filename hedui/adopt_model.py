"""`hedui adopt-model`: which model births are linked by from the next night on; nothing of an earlier one is lost, and the way back is one command."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hedui.compare_models import COMPARISON
from hedui.comparison.verdict import Advice
from hedui.show import said
from matching.model.files import model_path
from matching.model.installed import BUILT_IN, FOLDER, adopt, adoptions, digest_of, installed, model_or_spec
from vocabulary.errors import ConfigurationError, Fault, GateRefused
from vocabulary.locks import STAGE, alone
from vocabulary.runs import private_folder
from vocabulary.settings import Settings

WORDS = {
    "own": ("hedui 自带模型（每月首晚重新训练）", "hedui's own model, which learns on the first night of each month"),
    "force": ("现用模型：{name}（{digest}），采用于 {at}", "in force: {name} ({digest}), adopted {at}"),
    "next": ("从下一晚起生效；下一晚将重新匹配全部记录", "from the next night on, which links everything anew"),
}


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for."""

    model: str | None = None
    comparison: Path | None = None
    reason: str | None = None
    back: bool = False


def run(wanted: Wanted, *, as_json: bool) -> int:
    """Adopt, or say what is in force. Raises GateRefused for a model that was not compared, must not be adopted, or asks for a reason."""
    settings = Settings.from_environment()
    changed = wanted.back or wanted.model is not None
    if changed:
        with alone(private_folder(settings.home), STAGE):  # never in the middle of a night's linking
            go_back(settings.home, wanted) if wanted.back else take(settings.home, wanted)
    told = in_force(settings.home)
    print(json.dumps(told, ensure_ascii=False)) if as_json else show(told, changed=changed)
    return 0


def take(home: Path, wanted: Wanted) -> None:
    """Adopt what a comparison allows."""
    told = str(wanted.model)
    model = model_or_spec(model_path(told))
    found = compared(home, wanted.comparison, digest_of(model))
    if found["verdict"] == Advice.REFUSE:
        raise GateRefused(Fault("adopt.unequal", Path(told).name))
    if found["verdict"] == Advice.LOOK and not wanted.reason:
        raise GateRefused(Fault("adopt.look", Path(told).name, {"count": len(found["reasons"])}))
    adopt(home, None if told == BUILT_IN else model, wanted.reason or "", str(found["verdict"]))


def compared(home: Path, folder: Path | None, digest: str) -> dict[str, Any]:
    """The comparison of this very model with the one in force. Raises GateRefused where there is none."""
    path = None if folder is None else folder / COMPARISON
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path is not None and path.is_file() else {}
    models = told.get("models", {})
    pair = tuple(models.get(name, {}).get("digest") for name in ("old", "new"))
    if pair != (digest_of(installed(home)), digest):
        raise GateRefused(Fault("adopt.not_compared", "--comparison"))
    return told


def go_back(home: Path, wanted: Wanted) -> None:
    """To the model that was in force before. Raises ConfigurationError where there was none, GateRefused without a reason."""
    told = adoptions(home)
    if not told:
        raise ConfigurationError(Fault("adopt.nothing_before", FOLDER))
    if not wanted.reason:
        raise GateRefused(Fault("adopt.look", "--back", {"count": 1}))
    before = told[-2]["file"] if len(told) > 1 else None
    adopt(home, None if before is None else model_or_spec(home / FOLDER / before), wanted.reason, "back")


def in_force(home: Path) -> dict[str, Any]:
    """The model by which the next night links. Raises Refusal where its file is not what was adopted."""
    told = adoptions(home)
    model = installed(home)
    last = told[-1] if told else {"file": None, "adopted_at": None, "reason": "", "verdict": ""}
    return {**last, "digest": digest_of(model), "adoptions": len(told)}


def show(told: dict[str, Any], *, changed: bool) -> None:
    """Print it for people."""
    name = told["file"] or said(WORDS["own"])
    print(said(WORDS["force"]).format(name=name, digest=told["digest"], at=told["adopted_at"] or "–"))
    if changed:
        print(said(WORDS["next"]))
