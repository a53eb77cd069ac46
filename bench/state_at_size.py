"""The state at size: `python -m bench.state_at_size [FINDINGS]` (1,000,000 without it), on PostgreSQL: TEST_PG_URL, or a server of its own.

Makes a province's state: so many findings given to 5,000 desks, seven tenths of them closed by now, a tenth answered from every desk's list.
Then measures a night that finds the rest again with 20,000 new, changed and gone; one desk's list, as the owner and as a page of one
area; and one filled list. Prints a Markdown table.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from connectors.worklists import read_worklists
from reconciliation.outcome_rows import titles
from reconciliation.outcomes import take_outcomes
from reconciliation.standing import Standing
from sql import state
from sql.database import writing
from sql.desk_tasks import Asked, page_of
from sql.nights import open_night
from sql.secure import secure
from sql.serving import desk_session
from tests.postgres import empty_database, postgres_server
from vocabulary.roles import Scope
from vocabulary.settings import Secret, Settings

DESKS = 5_000
NEW, CHANGED, GONE = 10_000, 5_000, 5_000
DURABLE = "-c shared_buffers=512MB -c max_wal_size=4GB"
TOWNSHIPS = 20
OWN_SERVER = "TEST_PG_URL" not in os.environ


def desk_codes(places: np.ndarray) -> pd.Series:
    """The township of each finding: 20 townships a county, all of division codes that nobody has."""
    township = places % DESKS
    return pd.Series(990000 + township // TOWNSHIPS).astype(str) + pd.Series(township % TOWNSHIPS + 1).map("{:03d}".format)


def found(first: int, last: int) -> pd.DataFrame:
    """Findings of these numbers: children without registration, one hospital record each."""
    places = np.arange(first, last)
    numbers = pd.Series(places).map("{:014d}".format)
    return pd.DataFrame(
        {
            "finding_id": "f" + numbers,
            "kind": "not_registered",
            "birth_id": "b" + numbers,
            "registry": "hospital",
            "record_id": "H" + numbers,
            "division_code": desk_codes(places) + "001",
            "due_stage": 30,
            "evidence": "hospital",
        }
    )


def births_of(findings: pd.DataFrame) -> pd.DataFrame:
    """The records behind findings."""
    return findings[["registry", "record_id", "birth_id"]]


def given_to_desks(findings: pd.DataFrame) -> pd.DataFrame:
    """Each finding with the desk of its township."""
    return pd.DataFrame({"finding_id": findings["finding_id"], "desk": "registration_desk-" + findings["division_code"].str[:9]})


def make(settings: Settings, size: int) -> pd.DataFrame:
    """The state as it stands before tonight. Returns the findings that stand."""
    everything = found(0, size)
    first = open_night(settings, date(2026, 10, 1))
    state.save_found(settings, first, births_of(everything), everything, ())
    standing = everything.iloc[size * 7 // 10 :].reset_index(drop=True)
    state.save_found(settings, open_night(settings, date(2026, 10, 2)), births_of(everything), standing, ())
    issued = state.issue_tasks(settings, given_to_desks(standing))
    answered = issued.groupby("desk").head(max(1, size // 10 // DESKS))
    told = {"code": "C6", "answered_on": date(2026, 10, 5), "list_as_of": date(2026, 10, 2)}
    with state.answering(settings) as ledger:
        ledger.keep({"task_no": row.task_no, "file_sha256": f"{hash(row.desk) & 2**63 - 1:064x}", **told} for row in answered.itertuples())
    with writing(settings) as connection:
        connection.exec_driver_sql("ANALYZE")
    return standing


def tonight(standing: pd.DataFrame, size: int) -> pd.DataFrame:
    """What the measured night finds: some gone, some of other evidence, some new."""
    left = standing.iloc[GONE:].copy()
    left.iloc[:CHANGED, left.columns.get_loc("evidence")] = "hospital;family_planning"
    return pd.concat([left, found(size, size + NEW)], ignore_index=True)


def cpu_seconds(settings: Settings) -> float:
    """Of this process and of the server's sessions that have ended (every transaction has a session of its own)."""
    with writing(settings) as connection:
        folder = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one())
    here = resource.getrusage(resource.RUSAGE_SELF)
    server = (folder / "postmaster.pid").read_text().split()[0]
    ended = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[13:15]
    return here.ru_utime + here.ru_stime + sum(int(ticks) for ticks in ended) / os.sysconf("SC_CLK_TCK")


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what the action gave."""
    started = time.perf_counter()
    given = action()
    return time.perf_counter() - started, given


def listed(settings: Settings, desk: str) -> list[str]:
    """The numbers of a desk's waiting tasks, as its page asks for them."""
    with desk_session(settings, Scope(desk, (desk[-9:-3],))) as session:
        return [task.task_no for task in page_of(session, Asked(), 0, 100_000)]


def filled_list(settings: Settings, desk: str, folder: Path) -> Path:
    """A desk's list as CSV, every second task answered."""
    tasks = listed(settings, desk)[::2]
    rows = [f"{task_no},B2 不在本地居住,2026-10-30" for task_no in tasks]
    path = folder / f"{desk}.csv"
    path.write_text("\n".join(["任务编号,核查结果,核查日期", *rows]), encoding="utf-8")
    return path


def measured(settings: Settings, size: int) -> list[tuple[str, int, float]]:
    """(what, rows, seconds) of everything that is measured."""
    seconds, standing = timed(lambda: make(settings, size))
    rows = [("the state made: three nights' work", size, seconds)]
    now_found = tonight(standing, size)
    births = pd.concat([births_of(found(0, size)), births_of(found(size, size + NEW))], ignore_index=True)
    run_id = open_night(settings, date(2026, 10, 29))
    before = cpu_seconds(settings) if OWN_SERVER else 0.0
    seconds, counts = timed(lambda: state.save_found(settings, run_id, births, now_found, ()))
    assert (counts["opened"], counts["closed"]) == (NEW, GONE), counts
    kept = seconds
    seconds, _ = timed(lambda: Standing.read(settings, date(2026, 10, 29)))
    read = seconds
    seconds, issued = timed(lambda: state.issue_tasks(settings, given_to_desks(now_found)))
    rows += [
        ("births and findings kept", len(now_found), kept),
        ("what desks said, read", size // 10, read),
        ("tasks issued", len(issued), seconds),
        ("**a night's bookkeeping, together**", NEW + CHANGED + GONE, kept + read + seconds),
    ]
    if OWN_SERVER:
        rows.append(("the same in CPU seconds, of hedui and of the server", NEW + CHANGED + GONE, cpu_seconds(settings) - before))
    desks = sorted(issued["desk"].unique())
    opened = [timed(lambda desk=desk: listed(settings, desk)) for desk in desks[:: len(desks) // 40]]
    rows += [
        ("one desk's list opened, median of 40", len(opened[0][1]), statistics.median(seconds for seconds, _ in opened)),
        ("one desk's list opened, slowest of 40", len(opened[0][1]), max(seconds for seconds, _ in opened)),
    ]
    page = replace(settings, area=(desks[1][-9:-3],), database_role="portal")
    paged = [timed(lambda: listed(page, desks[1])) for _ in range(20)]
    rows.append(
        ("one desk's list opened as a page of its county, median of 20", len(paged[0][1]), statistics.median(told for told, _ in paged))
    )
    sheets, faults = read_worklists([filled_list(settings, desks[1], settings.home)], titles())
    seconds, taken = timed(lambda: take_outcomes(sheets, settings, date(2026, 10, 30)))
    assert not faults
    assert taken.taken > 0, taken
    return [*rows, ("one desk's outcomes taken", taken.taken, seconds)]


def main() -> None:
    """Make, measure, print."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as home, postgres_server(DURABLE) as server, empty_database(server) as url:
        settings = Settings(Path(home), Secret(url), {})
        secure(settings)
        told = measured(settings, size)
        with writing(settings) as connection:
            version = connection.exec_driver_sql("SHOW server_version").scalar_one()
            megabytes = connection.exec_driver_sql("SELECT pg_database_size(current_database()) / 1048576").scalar_one()
    print("| what | rows | seconds |\n|---|---|---|")
    for what, rows, seconds in told:
        print(f"| {what} | {rows:,} | {seconds:.3f} |" if seconds < 1 else f"| {what} | {rows:,} | {seconds:.1f} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nPostgreSQL {version}, database {megabytes:,} MiB, peak memory of the process {peak:,} MiB, {os.cpu_count()} cores.")


if __name__ == "__main__":
    main()
