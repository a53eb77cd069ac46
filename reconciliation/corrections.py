"""Corrections go back to their source: each registry is asked, in one file, about its own records, and its next delivery says what became of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd

from reconciliation.disclosure import Recipient, disclose
from reconciliation.exchange_out import table_bytes
from reconciliation.exchange_workbook import table_workbook
from reconciliation.worklist_forms import texts
from reconciliation.worklist_words import worded
from reconciliation.worklist_writing import written
from vocabulary.areas import Areas
from vocabulary.parts import MARK, Part, prefix_of
from vocabulary.registries import REGISTRIES
from vocabulary.runs import private_folder, write_parquet, write_private

ASKED = "asked.parquet"
FEW_OFFICES = 20
"""Up to so many files are written by this process alone."""
ADMINISTRATOR = "registry_administrator"
COLUMNS = {
    "desk_code": "填报单位",
    "record_id": "本登记编号",
    "field_code": "项目代码",
    "field": "请核对的项目",
    "own_value": "本登记所填",
    "difference_code": "差异代码",
    "difference": "差异说明",
    "suggested_action": "建议核对",
    "asked_on": "首次请核日期",
}
FATES = ("corrected", "gone", "settled", "unchanged", "not_delivered")
"""Its value is another now · the record is not there any more · the others changed, and agree · all is as it was · nothing came to look at."""


@dataclass(frozen=True)
class Tonight:
    """What an earlier night's questions are held against. `standing`: findings of tonight; `fresh`: registries that delivered, or their parts (`office_of`)."""

    records: pd.DataFrame
    standing: Collection[str]
    fresh: Collection[str]
    as_of: date


def administrators() -> tuple[Recipient, ...]:
    """One a registry: whoever keeps all of its records."""
    return tuple(Recipient(ADMINISTRATOR, name) for name in REGISTRIES)


def questions(listed: Mapping[Recipient, pd.DataFrame], records: pd.DataFrame, areas: Areas, as_of: date) -> pd.DataFrame:
    """One row a question that is put tonight, worded, with `field_code`, `difference_code` and the registry that is asked. `listed`: findings by administrator."""
    parts = [disclose(findings, records, recipient).assign(registry=recipient.registry) for recipient, findings in listed.items()]
    rows = pd.concat([part.astype(object) for part in parts], ignore_index=True)
    codes = rows[["finding_id", "registry", "field", "difference"]].rename(columns={"field": "field_code", "difference": "difference_code"})
    records_asked = pd.concat([findings[["finding_id", "record_id"]] for findings in listed.values()], ignore_index=True)
    told = worded(rows, areas, as_of).drop(columns=["registry"]).rename(columns={"record_id": "record_no"})
    told = told.merge(codes, on="finding_id", validate="one_to_one").merge(records_asked.drop_duplicates("finding_id"), on="finding_id")
    return told.assign(suggested_action=told["kind"].map(texts("administrator")))


def fates(before: pd.DataFrame, tonight: Tonight) -> pd.Series:
    """What became of each question of an earlier night (finding_id, registry, record_id, field_code, value_sha256), as one of FATES."""
    now = fingerprints(before, tonight.records)
    here = now["held"].to_numpy()
    stands = before["finding_id"].isin(tonight.standing).to_numpy()
    same = before["value_sha256"].fillna("").to_numpy() == now["value_sha256"].fillna("").to_numpy()
    whole_record = before["field_code"].isna().to_numpy()
    told = pd.Series("unchanged", index=before.index)
    told[here & same & ~stands] = "settled"
    told[here & (~same | (whole_record & ~stands))] = "corrected"
    told[~here] = "gone"
    told[~offices(before).isin(tonight.fresh)] = "not_delivered"
    return told


def office_of(registry: str, prefix: str) -> str:
    """Whoever delivers: a registry, or one county's part of it."""
    return Part(registry, prefix.removesuffix(MARK)).key


def offices(asked: pd.DataFrame) -> pd.Series:
    """Of each question whose office has the record."""
    told = [
        office_of(str(registry), prefix_of(str(number))) for registry, number in zip(asked["registry"], asked["record_id"], strict=True)
    ]
    return pd.Series(told, index=asked.index, dtype=object)


def fingerprints(asked: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """For each question, by row: whether its record is `held`, and a digest of the value in question, so that no value is kept twice."""
    keys = asked[["registry", "record_id", "field_code"]].astype(object)
    rows = keys.merge(records.astype(object), on=["registry", "record_id"], how="left", indicator="held")
    digests = pd.Series(None, index=rows.index, dtype=object)
    for field in rows["field_code"].dropna().unique():
        if field in records.columns:
            told = rows.loc[rows["field_code"].eq(field) & rows[field].notna(), ["registry", "record_id", "field_code", field]]
            digests.loc[told.index] = [digest(*cells) for cells in told.itertuples(index=False, name=None)]
    return pd.DataFrame({"held": rows["held"].eq("both").to_numpy(), "value_sha256": digests.to_numpy()}, index=asked.index)


def digest(registry: str, record_id: str, field: str, value: object) -> str:
    """Of one value, with the record's number in it, so that equal values of two records do not look equal."""
    return hashlib.sha256(f"{registry}|{record_id}|{field}|{value}".encode()).hexdigest()


def printed(rows: pd.DataFrame) -> pd.DataFrame:
    """An office's questions in order, in the columns of its file, its records by its own numbers."""
    ordered = rows.sort_values(["desk_code", "record_id", "field_code"]).drop(columns=["record_id"])
    return ordered.rename(columns={"record_no": "record_id"})[list(COLUMNS)]


def write_office(asked: tuple[str, pd.DataFrame], as_of: date, folder: Path) -> None:
    """Both files of one office (its key, and what `printed` gives)."""
    office, rows = asked
    titles, sheet = list(COLUMNS.values()), texts("administrator")["sheet"]
    write_private(folder / f"corrections-{office}.csv", table_bytes(rows, titles))
    write_private(folder / f"corrections-{office}.xlsx", table_workbook(rows, titles, sheet, as_of))


def write_corrections(told: pd.DataFrame, before: pd.DataFrame | None, tonight: Tonight, folder: Path) -> Iterator[tuple[str, int]]:
    """One CSV and its XLSX twin an office (registry, or county's part of one) that is asked something, and `asked.parquet` for the next night; what became of the last one's questions, counted."""
    carried = pd.DataFrame(columns=["finding_id", "registry", "record_id", "field_code", "value_sha256", "asked_on"], dtype=object)
    if before is not None and len(before):
        fate = fates(before, tonight)
        counted = Counter(zip(before["registry"].astype(str), fate, strict=True))
        yield from ((f"corrections_{registry}_{name}", counted[registry, name]) for registry in REGISTRIES for name in FATES)
        carried = before[fate.isin(["unchanged", "not_delivered"])]
    fresh = told[~told["finding_id"].isin(carried["finding_id"])]
    fresh = fresh.assign(asked_on=tonight.as_of, value_sha256=fingerprints(fresh, tonight.records)["value_sha256"])
    asked = pd.concat([carried.astype(object), fresh[list(carried.columns)].astype(object)], ignore_index=True)
    since = dict(zip(asked["finding_id"], asked["asked_on"], strict=True))
    private_folder(folder)
    write_parquet(asked.sort_values(["registry", "record_id", "finding_id"], ignore_index=True), folder / ASKED)
    by_office = told.assign(asked_on=told["finding_id"].map(since)).groupby(offices(told))
    write = partial(write_office, as_of=tonight.as_of, folder=folder)
    list(written(((str(office), printed(rows)) for office, rows in by_office), write, FEW_OFFICES))
    yield from ((f"corrections_{registry}_asked", len(rows)) for registry, rows in told.groupby("registry"))
