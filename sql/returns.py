"""Monthly returns: the facts that they count, and where each stands between draft and seal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import insert, select, update

from sql import snapshots
from sql.database import one_at_a_time, writing
from sql.outcomes import answers, bound_records
from sql.rows import now, read_table
from sql.tables import MONTHLY_RETURN, RETURN_ANSWER, RUN
from vocabulary.figures import FIGURES
from vocabulary.findings import Effect, Kind
from vocabulary.runs import Run
from vocabulary.settings import Settings

DRAFT, BLOCKED, AWAITING, REJECTED, SEALED = "draft", "blocked", "awaiting_approval", "rejected", "sealed"
ABOUT_THE_BIRTH = (Kind.NOT_REGISTERED.value, Kind.BELONGS_ELSEWHERE.value)
"""Only an answer to these speaks of the birth as a whole; of a duplicate or a contradiction it speaks of one record."""
OF_A_CHILD = ("C1", "C2")
"""Died, or was not born alive: true whatever the question was."""
COUNTED_FROM = ("member", "birth", "pair_either_way", "note", "told_death", "answer", "threshold")
COUNTED_BESIDE = ("delivery", "served_area")
ANSWER_COLUMNS = ("birth_id", "code", "figure", "answered_on", "registered_on", "division_code")


@dataclass(frozen=True)
class Facts:
    """What a return is counted from, as one night knew it. `birth`: as sql/views/returned_birth; the others as their views."""

    birth: pd.DataFrame
    unit_month: pd.DataFrame
    item_month: pd.DataFrame
    open_pair: pd.DataFrame
    delivery: pd.DataFrame
    served: tuple[str, ...]


def facts_of(settings: Settings, run: Run) -> Facts:
    """The facts of a run that is accepted and linked, with what desks have answered so far. Raises ConfigurationError."""
    told = [tuple(row) for row in birth_answers(settings).itertuples(index=False, name=None)]
    return facts_in(run, told, bound_records(settings, Effect.PEACE))


def facts_in(run: Run, told: Sequence[tuple[object, ...]] = (), told_deaths: Sequence[tuple[str, str]] = ()) -> Facts:
    """The same, without the state: `told` are answers (ANSWER_COLUMNS), `told_deaths` records of children of whom a desk said that they died."""
    with snapshots.opened_births(run, told_deaths=told_deaths) as tables:
        columns = "birth_id VARCHAR, code VARCHAR, figure VARCHAR, answered_on DATE, registered_on DATE, division_code VARCHAR"
        snapshots.load_table(tables, "answer", columns, told)
        snapshots.forget(tables, but=(*COUNTED_FROM, *COUNTED_BESIDE))
        snapshots.load_views(tables, snapshots.RETURN_VIEWS)
        snapshots.forget(tables, but=(*snapshots.RETURN_VIEWS, *COUNTED_BESIDE))
        read = {
            "birth": "FROM returned_birth ORDER BY birth_id",
            "unit_month": "FROM unit_month ORDER BY ALL",
            "item_month": "FROM item_month ORDER BY ALL",
            "open_pair": "FROM open_pair ORDER BY ALL",
            "delivery": snapshots.query("views", "registry_delivery"),
        }
        served = tuple(sorted(str(row[0]) for row in tables.execute("FROM served_area").fetchall()))
        return Facts(**{name: tables.execute(query).df() for name, query in read.items()}, served=served)


def birth_answers(settings: Settings) -> pd.DataFrame:
    """One row a birth of which a desk has spoken: its last answer that changes a figure (ANSWER_COLUMNS)."""
    told = answers(settings)
    told = told[told["kind"].isin(ABOUT_THE_BIRTH) | told["code"].isin(OF_A_CHILD)]
    told = told[told["birth_id"].notna()].drop_duplicates("birth_id", keep="last")
    figure = {code: name for name, codes in FIGURES.items() for code in codes if name != "registered_with_help"}
    told = told.assign(figure=told["code"].map(figure).astype(object))
    rows: pd.DataFrame = told[list(ANSWER_COLUMNS)].astype(object).where(told[list(ANSWER_COLUMNS)].notna(), None)
    return rows


def checksums_of(settings: Settings, run_id: str) -> dict[str, str]:
    """Snapshot -> SHA-256 as the night closed; empty where it never did."""
    with writing(settings) as connection:
        told = connection.execute(select(RUN.c.checksums).where(RUN.c.run_id == run_id)).scalar_one_or_none()
    return dict(told or {})


def all_returns(settings: Settings) -> pd.DataFrame:
    """One row a return, by month and version: the columns of `monthly_return`."""
    with writing(settings) as connection:
        return read_table(connection, select(MONTHLY_RETURN).order_by(MONTHLY_RETURN.c.month, MONTHLY_RETURN.c.version))


def find_return(settings: Settings, return_id: str) -> dict[str, Any]:
    """One return. Raises LookupError for one that nobody assembled."""
    told = all_returns(settings)
    rows = told[told["return_id"].eq(return_id)].to_dict("records")
    if not rows:
        raise LookupError(return_id)
    return {str(name): value for name, value in rows[0].items()}


def keep_draft(settings: Settings, draft: Mapping[str, Any]) -> None:
    """A return as it was assembled; an earlier draft of that version is replaced with its answers, a sealed one never."""
    with writing(settings) as connection:
        one_at_a_time(connection)
        here = MONTHLY_RETURN.c.return_id == draft["return_id"]
        status = connection.execute(select(MONTHLY_RETURN.c.status).where(here)).scalar_one_or_none()
        if status == SEALED:
            raise ValueError("a sealed return is never replaced")
        values = {**draft, "assembled_at": now()}
        if status is None:
            connection.execute(insert(MONTHLY_RETURN).values(values))
        else:
            connection.execute(update(MONTHLY_RETURN).where(here).values(values))


def keep_status(settings: Settings, return_id: str, status: str, **values: Any) -> None:
    """Where a return stands now; a sealed one stays sealed."""
    with writing(settings) as connection:
        here = (MONTHLY_RETURN.c.return_id == return_id) & (MONTHLY_RETURN.c.status != SEALED)
        connection.execute(update(MONTHLY_RETURN).where(here).values(status=status, **values))


def keep_answer(settings: Settings, answer: Mapping[str, Any]) -> None:
    """What a person said to a return; append-only."""
    with writing(settings) as connection:
        connection.execute(insert(RETURN_ANSWER).values(**answer))


def last_answer(settings: Settings, return_id: str, content_sha256: str) -> dict[str, Any] | None:
    """The newest answer to exactly this content; one to an earlier draft says nothing of it."""
    query = (
        select(RETURN_ANSWER)
        .where(RETURN_ANSWER.c.return_id == return_id, RETURN_ANSWER.c.content_sha256 == content_sha256)
        .order_by(RETURN_ANSWER.c.answer_id.desc())
        .limit(1)
    )
    with writing(settings) as connection:
        found = connection.execute(query).mappings().first()
    return None if found is None else dict(found)
