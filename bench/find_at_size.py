"""How long the findings stage takes at size: `python bench/find_at_size.py RUN_FOLDER COPIES`.

Takes a run that is linked and copies its births, each copy with ids and mothers of its own, so that the shape of a county
stays and only its size grows. Prints seconds, CPU seconds and memory as one JSON object.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ID_COLUMNS = ("record_id", "record_id_left", "record_id_right", "birth_id")
NUMBER_COLUMNS = ("mother_id_number", "father_id_number", "child_id_number")


def copied(table: pd.DataFrame, copies: int) -> pd.DataFrame:
    """The table so many times; ids and identity numbers differ from copy to copy."""
    parts = []
    for copy in range(copies):
        part = table.copy()
        for name in part.columns.intersection(ID_COLUMNS):
            part[name] = part[name] + f"-{copy}"
        for name in part.columns.intersection(NUMBER_COLUMNS):
            part[name] = f"99{copy:04d}" + part[name].str[6:]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def copy_run(source: Path, run_folder: Path, copies: int) -> None:
    """`accepted/` and `linked/` of a run, larger."""
    for path in ("accepted/record", "accepted/note", "accepted/registry", "linked/birth_record", "linked/pair"):
        table = pd.read_parquet(source / f"{path}.parquet")
        target = run_folder / f"{path}.parquet"
        target.parent.mkdir(exist_ok=True)
        (table if path.endswith("registry") else copied(table, copies)).to_parquet(target, index=False)


def measure(run_id: str) -> dict[str, float]:
    """Wall and CPU seconds of the front door, and the process's peak memory."""
    from reconciliation import find

    before = resource.getrusage(resource.RUSAGE_SELF)
    started = time.monotonic()
    find.night(run_id)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": round(time.monotonic() - started, 2), "cpu_seconds": round(cpu, 2), "peak_mb": after.ru_maxrss // 1024}


def main() -> None:
    """Copy, measure, print."""
    source, copies = Path(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"HEDUI_HOME": home, "HEDUI_DATABASE": f"sqlite:///{home}/state.db"}
        from sql.state import open_run

        run_id = open_run(json.loads((source / "run.json").read_text(encoding="utf-8"))["as_of"])
        folder = Path(home) / "runs" / run_id
        copy_run(source, folder, copies)
        records = len(pd.read_parquet(folder / "accepted/record.parquet", columns=["registry"]))
        found = {"records": records, **measure(run_id)}
        stage = json.loads((folder / "findings/stage.json").read_text(encoding="utf-8"))
        print(json.dumps({**found, "findings": stage["counts"]["findings"]}))


if __name__ == "__main__":
    main()
