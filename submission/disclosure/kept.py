"""The ledger in the state: what left is written down before anybody is handed it."""

from __future__ import annotations

from sql import state
from submission.disclosure.ledger import Ledger, Release
from submission.disclosure.released import Released, released
from submission.disclosure.tables import Table
from vocabulary.settings import Settings


def ledger(settings: Settings) -> Ledger:
    """Every release so far, oldest first."""
    told = state.releases(settings)[["name", "audience", "content"]]
    return Ledger(tuple(Release.from_record(*row) for row in told.itertuples(index=False, name=None)))


def release(table: Table, to: str, settings: Settings, unit: str | None = None) -> Released:
    """`released`, judged beside the state's ledger and entered in it; the same table twice is one release. Raises ReleaseRefused.

    A unit's own numbers are no release to others and leave no entry.
    """
    told = released(table, to, ledger(settings), unit)
    if told.release.cells:
        state.keep_release(settings, told.release.name, told.release.audience, told.release.as_record())
    return told
