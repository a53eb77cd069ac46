"""`hedui compare-models OLD NEW`: the same nights linked by both; what changes, for whom, and whether the new one may be adopted without a look."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from hedui import replay
from hedui.comparison import changes, errors, groups, verdict
from hedui.comparison.changes import Side
from hedui.comparison.errors import Judge
from hedui.comparison.page import write
from hedui.nights_progress import Nights
from hedui.show import said
from hedui.train import read_labels
from matching.changes.tonight import Since
from matching.link import link_again
from matching.model.files import model_path
from matching.model.installed import BUILT_IN, digest_of, installed, model_or_spec
from matching.model.learned import Model
from matching.model.saved import read_model
from matching.model.spec import Spec
from matching.truth import read_truth
from reconciliation.find import find_again
from reconciliation.known import Known
from sql import state
from vocabulary.dates import CHINA
from vocabulary.findings import PAIR
from vocabulary.page_words import LOCALES
from vocabulary.parquet_files import hold_to_key, read_frame, read_table
from vocabulary.runs import Run, private_folder, write_private
from vocabulary.settings import Settings

INSTALLED = "installed"
COMPARISONS, COMPARISON = "comparisons", "comparison.json"
GROUPED_BY = ("registry", "record_id", "child_name", "child_sex", "plurality", "division_code")
WORDS = {
    "adopt": ("可以采用", "may be adopted"),
    "look": ("先由人查看，再决定是否采用", "do not adopt without a look"),
    "refuse": ("不得采用：各组误差不均等", "must not be adopted: errors are unequal"),
    "page": ("网页（可离线打开和打印）", "Page (opens offline, prints)"),
}


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for."""

    old: str
    new: str
    runs: Sequence[str] = ()
    nights: int = 1
    truth: Path | None = None
    labels: Path | None = None
    out: Path | None = None


@dataclass(frozen=True)
class Compared:
    """`told`: counts, groups, ids and verdict, as comparison.json. `weights` and `parity`: for the page's pictures, of the newest night."""

    told: dict[str, Any]
    weights: pd.DataFrame
    parity: tuple[pd.DataFrame, ...]


def run(wanted: Wanted, *, as_json: bool, quiet: bool) -> int:
    """Compare, write the pages, print the verdict; the exit code is 1 where the new model must not be adopted."""
    settings = Settings.from_environment()
    hold_to_key(settings.home / "runs")
    found = list(wanted.runs) or newest(settings, wanted.nights)
    judge = judge_of(settings, wanted)
    models = model_of(settings, wanted.old), model_of(settings, wanted.new)
    with Nights(sys.stderr, len(found), quiet=quiet or as_json) as nights:
        compared = compare(settings, models, found, judge, nights)
    compared.told["models"] = dict(zip(("old", "new"), named(wanted, models), strict=True))
    folder = wanted.out or kept_in(settings.home)
    private_folder(folder)
    write_private(folder / COMPARISON, json.dumps(compared.told, ensure_ascii=False, indent=1))
    pages = [write(compared.told, compared.weights, compared.parity, locale, folder) for locale in LOCALES]
    if as_json:
        print(json.dumps({**compared.told, "pages": [str(path) for path in pages]}, ensure_ascii=False))
    else:
        show(compared.told, pages)
    return int(compared.told["verdict"] == verdict.Advice.REFUSE)


def newest(settings: Settings, count: int) -> list[str]:
    """Ids of the newest nights that have findings. Raises ConfigurationError where there is none."""
    found = replay.nights_of(settings, replay.Wanted(everything=True))
    return [run_id for run_id in found if (settings.home / "runs" / run_id / "findings").is_dir()][-count:]


def model_of(settings: Settings, told: str) -> Model | Spec:
    """The model in force, hedui's own, or a file's. Raises ConfigurationError."""
    return installed(settings.home) if told == INSTALLED else model_or_spec(model_path(told))


def judge_of(settings: Settings, wanted: Wanted) -> Judge:
    """A truth, a file of decided pairs, or what stewards decided so far."""
    if wanted.truth is not None:
        return Judge(truth=read_truth(wanted.truth))
    if wanted.labels is not None:
        return Judge(labels=read_labels(wanted.labels))
    return Judge(labels=state.known_decisions(settings).astype(str)[[*PAIR, "decision"]])


def named(wanted: Wanted, models: tuple[Model | Spec, Model | Spec]) -> list[dict[str, Any]]:
    """What each is called, its digest, and whether it learns anew every month."""
    names = [BUILT_IN if told == BUILT_IN else told if told == INSTALLED else Path(told).name for told in (wanted.old, wanted.new)]
    return [
        {"name": name, "digest": digest_of(model), "learns": not isinstance(model, Model)}
        for name, model in zip(names, models, strict=True)
    ]


def compare(settings: Settings, models: tuple[Model | Spec, Model | Spec], found: Sequence[str], judge: Judge, nights: Nights) -> Compared:
    """Every night by both models. The last of them is told in full: for whom, which findings, errors."""
    told: list[dict[str, Any]] = []
    for run_id in found:
        nights.begin(run_id)
        run = Run.load(settings, run_id)
        sides = linked_by(settings, run, models[0]), linked_by(settings, run, models[1])
        told.append({"run_id": run_id, "as_of": run.as_of.isoformat(), **changes.summary(*sides)})
        nights.end("")
    both = changes.records_of_both(*sides)
    births = groups.grouped(both, read_frame(run.accepted / "record.parquet", list(GROUPED_BY)))
    accepted = read_table(run.accepted / "record.parquet")
    judged, parity = errors.judged_by(judge, accepted, sides[0].model, sides[1].model)
    by_group = groups.by_group(births)
    reasons = verdict.reasons(told, by_group, judged)
    whole = {
        "verdict": str(verdict.advice(reasons)),
        "reasons": [{"code": one.code, **one.facts} for one in reasons],
        "nights": told,
        "groups": by_group,
        "townships": groups.by_township(changes.asked_after(*sides)),
        "errors": judged,
        "parity": errors.as_rows(parity),
        "finding_ids": changes.finding_ids(*sides),
        "compared_at": datetime.now(CHINA).isoformat(timespec="seconds"),
    }
    return Compared(whole, changes.pairs_of_both(*sides), parity)


def linked_by(settings: Settings, run: Run, wanted: Model | Spec) -> Side:
    """A night by one model: its accepted records linked anew, and what is found in them; in a scratch folder that is gone afterwards."""
    run.require("accepted")
    with replay.scratch(settings, run) as again:
        again.accepted.symlink_to(run.accepted, target_is_directory=True)
        link_again(again, wanted, Since.tonight(again, wanted), None)
        find_again(again, Known.of_run(run.findings))
        linked = again.linked
        return Side(
            read_model(linked / "model.json"),
            read_frame(linked / "birth_record.parquet"),
            read_frame(linked / "pair.parquet"),
            read_frame(again.findings / "finding.parquet"),
        )


def kept_in(home: Path) -> Path:
    """A folder of its own for this comparison."""
    moment = datetime.now(CHINA).strftime("%Y-%m-%d-%H%M%S")
    return private_folder(private_folder(private_folder(home) / COMPARISONS) / moment)


def show(told: dict[str, Any], pages: list[Path]) -> None:
    """Print the verdict, its reasons, and where the page lies."""
    from hedui.comparison.page import reason_texts
    from vocabulary.errors import reader_locale

    locale = reader_locale()
    print(f"{told['models']['old']['name']} → {told['models']['new']['name']}: {said(WORDS[told['verdict']])}")
    for text in reason_texts(told, locale):
        print(f"- {text}")
    print(f"{said(WORDS['page'])}: {pages[LOCALES.index(locale)]}")
