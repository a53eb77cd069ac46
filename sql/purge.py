"""Front door of `hedui purge`: what is due on a day goes, and a receipt says so (rights.md R8)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, insert, select

from sql import travel
from sql.access import shorten, trace
from sql.database import one_at_a_time, writing
from sql.purge_folders import aged, lines_of, remove
from sql.purge_rows import Basis, Line, line, purge_rows
from sql.retention import retention
from sql.rows import now
from sql.tables import ACCESS_LOG, DELIVERY, FINDING, PURGE_RECEIPT, RUN
from vocabulary.access import Look, LookKind, Purpose, this_process
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.findings import Status
from vocabulary.locks import STAGE, alone
from vocabulary.parquet_files import read_frame
from vocabulary.runs import Run, private_folder
from vocabulary.settings import Settings


@dataclass(frozen=True)
class Receipt:
    """What a purge deleted, and what is left. `log_head`: the access log's hash after it. A trial run has neither number nor hash."""

    as_of: date
    lines: tuple[Line, ...]
    receipt_no: int | None = None
    receipt_hash: str | None = None
    log_head: str | None = None

    @property
    def deleted(self) -> int:
        """Rows, folders and files together."""
        return sum(line.deleted for line in self.lines)

    def as_record(self) -> dict[str, Any]:
        """For JSON."""
        told = {"receipt_no": self.receipt_no, "receipt_hash": self.receipt_hash, "log_head": self.log_head}
        return {"as_of": self.as_of.isoformat(), "deleted": self.deleted, "lines": [each.as_record() for each in self.lines], **told}


def purge(settings: Settings, as_of: date, today: date, *, dry_run: bool = False) -> Receipt:
    """Delete what is due on `as_of` from the state and from `$HEDUI_HOME`, all of it or none of the rows. No night works meanwhile.

    Kept whatever its age: the newest nights, each registry's last good night, nights that a finding which is not closed rests on,
    and rows that something kept refers to. Raises ConfigurationError for a day that no night has reached.
    """
    with alone(private_folder(settings.home), STAGE), travel.at_rest(settings), writing(settings) as connection:
        one_at_a_time(connection)
        newest = connection.execute(select(func.max(RUN.c.as_of))).scalar_one()
        if as_of > max(today, newest or today):
            raise ConfigurationError(Fault("purge.future", "--as-of"))
        attempt = connection.begin_nested()
        receipt = delete_due(connection, settings, as_of, dry_run=dry_run)
        attempt.rollback() if dry_run else attempt.commit()
        return receipt


def delete_due(connection: Connection, settings: Settings, as_of: date, *, dry_run: bool) -> Receipt:
    """Rows, then folders, then the receipt: a purge that breaks down has no receipt, and the next one finishes it."""
    clocks = retention()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")  # zeros where rows were, not free pages that keep them
    known = run_ids(connection)
    basis = basis_of(connection, settings)
    rows = purge_rows(connection, dict(clocks.table), as_of, basis)
    removed = shorten(connection, clocks.table["access_log"].due_before(as_of), this_process("operator"))
    rows.append(line(connection, ACCESS_LOG, ACCESS_LOG.c.happened_at, removed))
    found = aged(settings.home, clocks, as_of, basis.nights)
    told = (*rows, *lines_of(found, clocks))
    if dry_run:
        return Receipt(as_of, told)
    gone = known - run_ids(connection)
    remove(found, settings.home, gone)
    travel.purge(clocks, as_of, basis.nights, gone)
    return keep_receipt(connection, as_of, told)


def basis_of(connection: Connection, settings: Settings) -> Basis:
    """The nights that stay, and the records of the newest linked one."""
    nights = connection.execute(select(RUN.c.run_id, RUN.c.as_of).order_by(RUN.c.night_no.desc())).all()
    linked = [night.run_id for night in nights if (settings.home / "runs" / night.run_id / "linked" / "birth_record.parquet").is_file()]
    kept = {night.run_id for night in nights[:1]} | set(linked[:1])
    kept |= {max(nights, key=lambda night: night.as_of).run_id} if nights else set()
    part = (DELIVERY.c.registry, DELIVERY.c.county)
    good = select(*part, func.max(RUN.c.night_no).label("night_no")).join(RUN).where(DELIVERY.c.accepted_count.is_not(None))
    last_good = good.group_by(*part).subquery()
    kept |= set(connection.execute(select(RUN.c.run_id).join(last_good, last_good.c.night_no == RUN.c.night_no)).scalars())
    kept |= set(connection.execute(select(FINDING.c.last_run_id).where(FINDING.c.status != Status.CLOSED).distinct()).scalars())
    return Basis(kept, records_of(Run.load(settings, linked[0]).linked) if linked else None)


def records_of(linked: Path) -> pd.DataFrame:
    """One row a record that a night linked: registry, record_id."""
    return read_frame(linked / "birth_record.parquet", ["registry", "record_id"])


def run_ids(connection: Connection) -> set[str]:
    """Every night that the state knows."""
    return set(connection.execute(select(RUN.c.run_id)).scalars())


def keep_receipt(connection: Connection, as_of: date, lines: tuple[Line, ...]) -> Receipt:
    """Write the receipt down, and its hash into the access log, so that neither can be changed unseen."""
    receipt_no = (connection.execute(select(func.max(PURGE_RECEIPT.c.receipt_no))).scalar_one() or 0) + 1
    row = {"receipt_no": receipt_no, "as_of": as_of.isoformat(), "lines": [each.as_record() for each in lines]}
    receipt_hash = hashlib.sha256(json.dumps(row, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    connection.execute(insert(PURGE_RECEIPT).values(**row | {"as_of": as_of}, purged_at=now(), receipt_hash=receipt_hash))
    deleted = sum(each.deleted for each in lines)
    look = Look(LookKind.PURGED, Purpose.RETENTION, this_process("operator"), deleted, receipt_hash, f"receipt {receipt_no}")
    trace(connection, [look])
    head = connection.execute(select(ACCESS_LOG.c.entry_hash).order_by(ACCESS_LOG.c.entry_no.desc()).limit(1)).scalar_one()
    return Receipt(as_of, lines, receipt_no, receipt_hash, head)
