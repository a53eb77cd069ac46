"""Pairs that people judged, and pairs drawn at random for them to judge: the labelled sample by which links are measured."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, Select, and_, select

from sql.database import writing
from sql.rows import insert_rows, read_table
from sql.tables import DECISION, SAMPLED_PAIR
from vocabulary.findings import PAIR
from vocabulary.settings import Settings


def labelled_pairs(settings: Settings) -> pd.DataFrame:
    """One row a decided pair: PAIR, decision, and `drawn_linked`: what the model said when it was drawn, null for one that it left open."""
    same = and_(*(SAMPLED_PAIR.c[name] == DECISION.c[name] for name in PAIR))
    query = select(*(DECISION.c[name] for name in (*PAIR, "decision")), SAMPLED_PAIR.c.linked.label("drawn_linked"))
    with writing(settings) as connection:
        told = read_table(connection, query.select_from(DECISION).outerjoin(SAMPLED_PAIR, same))
    return told.sort_values(PAIR, ignore_index=True)


def drawn_pairs(settings: Settings) -> pd.DataFrame:
    """One row a drawn pair that nobody has decided yet: PAIR; sorted."""
    with writing(settings) as connection:
        return read_table(connection, waiting()).sort_values(PAIR, ignore_index=True)


def draw_pairs(settings: Settings, run_id: str, pairs: pd.DataFrame) -> int:
    """Keep drawn pairs (PAIR, linked), each once; how many were new. The next night asks a steward about them."""
    with writing(settings) as connection:
        known = set(everything(connection).itertuples(index=False, name=None))
        fresh = pairs[[pair not in known for pair in pairs[PAIR].itertuples(index=False, name=None)]]
        insert_rows(connection, SAMPLED_PAIR, fresh[[*PAIR, "linked"]], drawn_run_id=run_id)
        return len(fresh)


def everything(connection: Connection) -> pd.DataFrame:
    """Every pair ever drawn."""
    return read_table(connection, select(*(SAMPLED_PAIR.c[name] for name in PAIR)))


def waiting() -> Select[tuple[str, ...]]:
    """Drawn pairs without a decision."""
    same = and_(*(SAMPLED_PAIR.c[name] == DECISION.c[name] for name in PAIR))
    told: Select[tuple[str, ...]] = select(*(SAMPLED_PAIR.c[name] for name in PAIR)).outerjoin(DECISION, same)
    return told.where(DECISION.c.decision.is_(None))
