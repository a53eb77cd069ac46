"""Landing many rows from a MariaDB of the bench's own: seconds, and the most memory that the reading process held.

python -m bench.landing_mariadb --rows 10000 1000000
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from tests.mariadb import empty_database, mariadb_server
from vocabulary.contracts import ColumnKind
from vocabulary.registries import REGISTRIES

HOSPITAL = REGISTRIES["hospital"]
VALUES = {
    "birth_record_id": "LPAD(seq, 12, '0')", "certificate_no": "CONCAT('Z99', LPAD(seq % 10000000, 7, '0'))", "facility_code": "'990101H01'",
    "born_at": "'2025-11-01 09:30:00' + INTERVAL (seq % 500000) MINUTE", "child_name": "CONCAT('王', CHAR(0xE4B880 + seq % 60 USING utf8mb4))",
    "child_sex": "1 + seq % 2", "plurality": "1", "birth_order": "1", "mother_name": "CONCAT('李', CHAR(0xE58080 + seq % 60 USING utf8mb4))",
    "mother_id_number": "CONCAT('99010119900307', LPAD(seq % 10000, 4, '0'))", "father_name": "'张三丰'", "father_id_number": "NULL",
    "division_code": "'990101001001'", "vital_status": "'alive'", "issued_on": "'2026-10-01'", "updated_at": "'2026-10-30 18:00:00'",
}  # fmt: skip
TYPES = {ColumnKind.DAY: "DATE", ColumnKind.MOMENT: "DATETIME", ColumnKind.WHOLE: "INT"}


def main() -> None:
    """Print a row a size."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, nargs="+", default=[10_000, 1_000_000])
    asked.add_argument("--land", help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.land:
        print(land_once(told.land))
        return
    print("| rows | s | rows a second | peak MiB |")
    print("|---|---|---|---|")
    with mariadb_server() as server:
        for rows in told.rows:
            with empty_database(server) as url:
                fill(url, rows)
                # A process of its own, so that its memory is the landing's and nothing else's.
                ran = subprocess.run(
                    [sys.executable, "-m", "bench.landing_mariadb", "--land", url], check=True, capture_output=True, text=True
                )
                landed, seconds, peak = ran.stdout.split()[-3:]
                assert int(landed) == rows
                print(f"| {rows:,} | {float(seconds):.1f} | {rows / float(seconds):,.0f} | {float(peak):.0f} |", flush=True)


def fill(url: str, rows: int) -> None:
    """The view's table, filled at the server."""
    columns = ", ".join(f"{column.name} {TYPES.get(column.kind, 'VARCHAR(64)')}" for column in HOSPITAL.columns)
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {HOSPITAL.table} ({columns})")
        chosen = ", ".join(VALUES[name] for name in HOSPITAL.column_names)
        connection.exec_driver_sql(f"INSERT INTO {HOSPITAL.table} SELECT {chosen} FROM seq_1_to_{rows}".replace("%", "%%"))


def land_once(url: str) -> str:
    """Rows, seconds, peak MiB of this process."""
    from connectors.land import land
    from connectors.sources import read_source
    from vocabulary.runs import Run
    from vocabulary.settings import Secret

    with tempfile.TemporaryDirectory() as home:
        run = Run("2026-10-31-001", date(2026, 10, 31), Path(home))
        run.create()
        started = time.perf_counter()
        manifest = land(run, HOSPITAL, read_source(Secret(url), "hospital"))
        seconds = time.perf_counter() - started
    return f"{manifest['rows']} {seconds} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}"


if __name__ == "__main__":
    main()
