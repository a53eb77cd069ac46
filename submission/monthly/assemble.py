"""Front door: the return of a month, put together from the last good night. Nothing leaves: it becomes a draft that is judged next."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from sql import returns
from sql.acting import acting_as
from sql.nights import runs
from sql.report import COMPLETE, FAILED
from submission.coverage.files import read_sample
from submission.coverage.histories import Cells, histories
from submission.coverage.judged import judged
from submission.coverage.linkage_error import Band
from submission.coverage.record import as_record
from submission.gates.linkage import too_wide
from submission.monthly.draft import BIRTHS, CONTENT, EVIDENCE, REVISIONS, TABLE, WORKBOOK, Draft, draft_folder, sealed_folder
from submission.monthly.form import columns, header
from submission.monthly.revisions import revisions
from submission.monthly.sealed import last_told, newest_version, sealed_returns
from submission.monthly.table import table
from submission.monthly.workbook import write_workbook
from vocabulary.areas import Areas
from vocabulary.errors import Fault, GateRefused
from vocabulary.figures import FIGURES
from vocabulary.locks import alone
from vocabulary.months import Month, asked_month
from vocabulary.registries import REGISTRIES
from vocabulary.runs import PRIVATE_FILE, Run, private_folder, sha256_of, write_parquet, write_private
from vocabulary.settings import Settings

REVISED_MONTHS = 12
"""Earlier months that a return still speaks of: the newest stage at which an unregistered child is looked at again is a year."""
SETTLED_DAYS = 60
"""A registry's month fills up for so long: registration has a month, lists another."""
SAMPLE = "linkage_sample.csv"
"""In HEDUI_HOME: the steward's labelled sample of pairs, as `hedui coverage --sample` reads it."""


@acting_as("submission")
def assemble(month: str, reason: str | None = None) -> str:
    """Put the return of `2026-10` together; its id, such as `2026-10-v1`. The same facts again are the same return.

    `reason`: why a sealed return is revised. Raises ConfigurationError for a month that is none, GateRefused where no night knows its end.
    """
    return assembled(Settings.from_environment(), asked_month(month), reason)


def assembled(settings: Settings, month: Month, reason: str | None = None) -> str:
    """As `assemble`, with the settings given."""
    run = last_good_night(settings, month)
    facts = returns.facts_of(settings, run)
    with alone(private_folder(settings.home / "returns"), str(month)):
        return put_together(settings, month, run, facts, reason)


def put_together(settings: Settings, month: Month, run: Run, facts: returns.Facts, reason: str | None = None) -> str:
    """The draft of a month from the facts of a night; the id of the sealed return where it says the same."""
    newest = newest_version(settings, str(month))
    draft = drafted(settings, month, newest + 1, run, facts)
    folder = draft_folder(settings, str(month), draft.version)
    shutil.rmtree(folder, ignore_errors=True)
    write_parts(draft, facts, private_folder(folder), covered(settings, month))
    content = content_sha256(folder)
    if newest and content == content_sha256(sealed_folder(settings, str(month), newest)):
        shutil.rmtree(folder)
        return f"{month}-v{newest}"
    parts = {path.name: sha256_of(path) for path in sorted(folder.iterdir())}
    kept = {"return_id": draft.return_id, "month": str(month), "version": draft.version, "run_id": run.run_id, "status": returns.DRAFT}
    returns.keep_draft(settings, kept | {"content_sha256": content, "parts": parts, "reason": reason})
    return draft.return_id


def last_good_night(settings: Settings, month: Month) -> Run:
    """The newest complete night that speaks of the month's last day or later; without one, the newest that was linked: the gates say why not."""
    nights = runs(settings)
    late = nights[(nights["as_of"] >= month.last_on) & nights["closed_at"].notna() & nights["status"].ne(FAILED)]
    good = late[late["status"].eq(COMPLETE)]
    for run_id in [*good["run_id"], *late["run_id"]]:
        if (settings.home / "runs" / str(run_id)).is_dir():
            return Run.load(settings, str(run_id))
    newest = nights["as_of"].max() if len(nights) else None
    raise GateRefused(Fault("monthly.no_night", str(month), {"needed": month.last_on.isoformat(), "newest": str(newest or "-")}))


def drafted(settings: Settings, month: Month, version: int, run: Run, facts: returns.Facts) -> Draft:
    """Table, revisions and coverage of a month."""
    areas = Areas.load(settings.areas_path)
    before = {one: told for one in covered(settings, month) if (told := last_told(settings, one)) is not None}
    changes = (
        revisions(pd.concat(before.values()), facts.birth, list(before), areas, facts.served) if before else no_revisions(facts, areas)
    )
    head = header(settings)
    head["unit"] = head["unit"] or "、".join(areas.name(prefix) for prefix in facts.served)
    return Draft(
        month=month,
        version=version,
        as_of=run.as_of,
        served=facts.served,
        header=head,
        lines=table(facts.birth, month, areas, facts.served),
        changes=changes,
        coverage=coverage_of(facts.birth, month, run.as_of, linkage_sample(settings)),
        followed_up=followed_up(facts.birth, month),
    )


def no_revisions(facts: returns.Facts, areas: Areas) -> pd.DataFrame:
    """The empty table of revisions, of the first return there is."""
    return revisions(facts.birth.head(0), facts.birth.head(0), (), areas, facts.served)


def covered(settings: Settings, month: Month) -> list[str]:
    """The months that this return speaks of: its own, and earlier ones that were sealed."""
    sealed = sealed_returns(settings)["month"]
    oldest = str(month.before(REVISED_MONTHS))
    return sorted({str(month), *(str(told) for told in sealed if oldest <= str(told) <= str(month))})


def followed_up(birth: pd.DataFrame, month: Month) -> int:
    """Children of whom a desk said in this month that it helped to register them: the first figure of every report (rights.md R12)."""
    answered = pd.to_datetime(birth["answered_on"]).dt.strftime("%Y-%m")
    return int((birth["answer_code"].isin(FIGURES["registered_with_help"]) & answered.eq(str(month))).sum())


def linkage_sample(settings: Settings) -> list[Band]:
    """The steward's sample, where there is one. Raises ConfigurationError with every fault of it."""
    path = settings.home / SAMPLE
    return read_sample(path, len(REGISTRIES)) if path.is_file() else []


def coverage_of(birth: pd.DataFrame, month: Month, as_of: date, bands: list[Band]) -> dict[str, Any]:
    """What the overlap of the registries says of the month's births here; lists in alphabetical order of the registries.

    A month that is still filling up lies in each registry to another depth, which is no dependence that a model could see: no estimate then.
    """
    counted = birth[birth["born_in"].eq(str(month)) & birth["fate"].eq("counted")]
    held = counted["held_by"].str.split(";")
    names = sorted(REGISTRIES)
    seen = held.map(lambda registries: "".join("1" if name in registries else "0" for name in names)).value_counts()
    cells = Cells.of(dict.fromkeys(histories(len(names)), 0.0) | {str(history): float(count) for history, count in seen.items()})
    told = as_record(judged(cells, bands, same_scope=(as_of - month.last_on).days >= SETTLED_DAYS))
    if too_wide(told["estimate"], told["union"]):
        told["estimate"] = None
        told["held"] = [{**one, "coverage": None, "coverage_interval": None} for one in told["held"]]
    return told


def write_parts(draft: Draft, facts: returns.Facts, folder: Path, months: list[str]) -> None:
    """Every part of the return, for its owner's eyes only: what is sent, and the evidence that stays here."""
    write_csv(draft.lines, folder / TABLE)
    spoken = draft.changes.assign(causes=[json.dumps(causes, ensure_ascii=False) for causes in draft.changes["causes"]])
    write_csv(spoken, folder / REVISIONS)
    write_workbook(draft, folder / WORKBOOK).chmod(PRIVATE_FILE)
    write_private(folder / "coverage.json", json.dumps(draft.coverage, ensure_ascii=False, indent=1))
    write_private(folder / "about.json", json.dumps(about(draft, months), ensure_ascii=False, indent=1))
    kept = facts.birth[facts.birth["born_in"].isin([*months, *history(draft.month)])]
    write_parquet(kept, folder / BIRTHS)
    for name in EVIDENCE:
        write_parquet(getattr(facts, name), folder / f"{name}.parquet")


def history(month: Month) -> list[str]:
    """The twelve months before, by which a month is judged."""
    return [str(month.before(count)) for count in range(1, REVISED_MONTHS + 1)]


def about(draft: Draft, months: list[str]) -> dict[str, object]:
    """What the return is: month, version, cut-off, served area, months that it speaks of, and its first figure."""
    told = {"return_id": draft.return_id, "month": str(draft.month), "version": draft.version, "as_of": draft.as_of.isoformat()}
    return told | {"served": list(draft.served), "months": months, "registered_with_help": draft.followed_up}


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """UTF-8 with a mark, as WPS and Excel open it; the same table gives the same bytes."""
    write_private(path, table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))


def content_sha256(folder: Path) -> str:
    """One digest of what a return says."""
    together = hashlib.sha256()
    for name in CONTENT:
        together.update((folder / name).read_bytes())
    return together.hexdigest()


def read_lines(path: Path) -> pd.DataFrame:
    """The table as it was written: codes as text, counts as whole numbers where they are."""
    return pd.read_csv(path, encoding="utf-8-sig", dtype={"level": str, "code": str, "name": str}, keep_default_na=True).fillna(
        {"code": "", "name": ""}
    )[["level", "code", "name", *(column.name for column in columns())]]
