"""Transactions of a server that answers many at once: pooled connections, and a Session that selects its own desk's rows only.

Twice limited (decision 0028): here every SELECT of a mapped row gets its desk as a criterion, so that a new page cannot forget it; and on
PostgreSQL the role `portal` is shown no other rows (sql/roles.toml).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, false
from sqlalchemy.orm import ORMExecuteState, Session, registry, with_loader_criteria

from sql.acting import acting_as
from sql.database import LOCK_SECONDS, as_writer, driver_url, make_private_file, reachable
from sql.driver_faults import refusals
from sql.roles import take_role
from sql.tables import FINDING, OUTCOME, PAIR_READING, TASK
from vocabulary.roles import Scope
from vocabulary.settings import Settings

POOLED, BESIDES = 8, 8
"""Connections that stay open, and how many more there may be for a moment: a page needs one for some milliseconds."""
mapped = registry()


class TaskRow:
    """A task, mapped so that a Session's criteria hold for every SELECT of it."""


class FindingRow:
    """A finding; reached by its task only."""


class OutcomeRow:
    """An answer; reached by its task only."""


class ReadingRow:
    """A steward's reading; reached by its task only."""


mapped.map_imperatively(TaskRow, TASK)
mapped.map_imperatively(FindingRow, FINDING)
mapped.map_imperatively(OutcomeRow, OUTCOME)
mapped.map_imperatively(ReadingRow, PAIR_READING)


class DeskSession(Session):
    """Sees the tasks of `info["desk"]`, and what hangs on them; nothing where no desk is named."""


@event.listens_for(DeskSession, "do_orm_execute")
def only_the_desks(state: ORMExecuteState) -> None:
    """Add the desk to every SELECT, also to those inside joins. Statements that change rows are refused: pages read."""
    if not state.is_select:
        raise TypeError("a page's session reads; answers are taken by reconciliation")
    desk: str | None = state.session.info["desk"]
    own: Any = TASK.c.desk == desk if desk else false()
    state.statement = state.statement.options(with_loader_criteria(TaskRow, own, include_aliases=True))


@cache
def pool_of(url: str) -> Engine:
    """One engine a process and database. Never used by Airflow, which forks."""
    address = driver_url(url)
    if address.get_backend_name() == "sqlite":
        make_private_file(address)
        arguments: dict[str, Any] = {"timeout": LOCK_SECONDS, "check_same_thread": False}
        return as_writer(create_engine(address, poolclass=QueuePool, hide_parameters=True, connect_args=arguments))
    return create_engine(
        address, poolclass=QueuePool, pool_size=POOLED, max_overflow=BESIDES, pool_pre_ping=True, pool_recycle=1800, hide_parameters=True
    )


@contextmanager
def serving(settings: Settings, stage: str, scope: Scope | None = None) -> Iterator[Connection]:
    """One transaction under a stage's role, for a desk and its areas. The schema was looked at when the server started.

    Raises Unreachable, ConfigurationError, Refusal.
    """
    scope = scope or Scope()
    with reachable():
        connection = pool_of(settings.database.reveal()).connect()
    with refusals(), connection, connection.begin(), acting_as(stage):
        take_role(connection, replace(settings, area=scope.areas or settings.area), scope.desk)
        yield connection


@contextmanager
def desk_session(settings: Settings, scope: Scope) -> Iterator[DeskSession]:
    """A Session of one desk inside such a transaction, for reading; `session.connection()` is there for the access log."""
    with serving(settings, "portal", scope) as connection, DeskSession(connection, info={"desk": scope.desk}) as session:
        yield session
