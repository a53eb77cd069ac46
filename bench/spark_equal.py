"""Does Spark tell what the local engine tells? `python -m bench.spark_equal --births 100000 --folder FOLDER` prints a table.

FOLDER keeps the county (as `bench.one_night` makes it), so that a second run only links. Seconds are those of the clock; CPU seconds those of the
processes that a local Spark started (Java, and Python for the tasks); on a busy machine only these compare.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from matching.link import Linked, link

WEIGHT = 1e-9
NAMED = ("registry_left", "record_id_left", "registry_right", "record_id_right")


def records_of(folder: Path, births: int, seed: int, severity: str) -> pa.Table:
    """The accepted records of an invented county; made where they are not there yet."""
    found = sorted(folder.glob("runs/*/accepted/record.parquet"))
    if not found:
        from bench.one_night import AS_OF, made

        os.environ |= {**made(folder, births, seed, severity), "HEDUI_HOME": str(folder)}
        from connectors import land
        from expectations import accept
        from sql import state
        from vocabulary.registries import REGISTRIES

        run_id = state.open_run(AS_OF)
        for name in REGISTRIES:
            land.night(run_id, name)
        accept.night(run_id)
        found = [folder / "runs" / run_id / "accepted" / "record.parquet"]
    return pq.read_table(found[-1])


class Effort(threading.Thread):
    """CPU seconds and memory of everything that this process starts, looked at every half second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._done, self._cpu, self.most = threading.Event(), {}, 0.0

    def run(self) -> None:
        """Look until told to stop; what ended between two looks counts as it was at the last."""
        while not self._done.wait(0.5):
            held = 0
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    spent = process.cpu_times()
                    self._cpu[process.pid, process.create_time()] = process.name(), spent.user + spent.system
                    held += process.memory_info().rss
            self.most = max(self.most, held / 2**30)

    def stop(self) -> dict[str, float]:
        """CPU seconds by the name of the program."""
        self._done.set()
        self.join()
        names = {name for name, _ in self._cpu.values()}
        return {name: round(sum(spent for other, spent in self._cpu.values() if other == name), 1) for name in sorted(names)}


def on_spark(records: pa.Table, told: Linked, master: str) -> tuple[Linked, dict[str, Any]]:
    """The same by Spark, with the model that was learnt; seconds of each step, CPU seconds and memory of what Spark started."""
    from matching.spark.link import link as link_on_spark

    seen: list[tuple[str, float]] = []
    effort = Effort()
    effort.start()
    linked = link_on_spark(records, told.model, master=master, told=lambda step, _: seen.append((step, time.perf_counter())))
    began = dict(reversed(seen))
    return linked, {
        "seconds of Spark's scoring": round(began["decide"] - began["score"], 1),
        "CPU seconds": effort.stop(),
        "GiB of Spark": round(effort.most, 2),
    }


def differences(one: Linked, two: Linked) -> dict[str, Any]:
    """Pairs that only one has, the largest difference of weights, records whose entity differs, decisions that differ."""
    left, right = (_keyed(linked.pair) for linked in (one, two))
    both = left.join(right, keys=list(NAMED), right_suffix="_two", join_type="full outer")
    apart = pc.abs(pc.subtract(both["match_weight"], both["match_weight_two"]))
    return {
        "pairs local": one.pair.num_rows,
        "pairs Spark": two.pair.num_rows,
        "pairs of one only": apart.null_count,
        "largest difference of weights": pc.max(apart).as_py() or 0.0,
        "decisions that differ": pc.sum(pc.not_equal(both["decision"], both["decision_two"])).as_py() or 0,
        "records in another entity": int(np.sum(one.record["entity_id"].to_numpy() != two.record["entity_id"].to_numpy())),
    }


def _keyed(pair: pa.Table) -> pa.Table:
    columns = pair.select([*NAMED, "match_weight", "decision"])
    return pa.table(
        {
            name: column.cast(pa.string()) if name != "match_weight" else column
            for name, column in zip(columns.column_names, columns.columns, strict=True)
        }
    )


def main() -> None:
    """Link twice, compare, print a table and the same as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--births", type=int, default=100_000)
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--seed", type=int, default=31)
    asked.add_argument("--severity", default="normal")
    asked.add_argument("--master", default="local[2]")
    wanted = asked.parse_args()
    records = records_of(wanted.folder, wanted.births, wanted.seed, wanted.severity)
    started = time.perf_counter()
    local = link(records)
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    spark, spent = on_spark(records, local, wanted.master)
    told = {"births": wanted.births, "records": records.num_rows, **differences(local, spark), "seconds local": round(seconds, 1)}
    told |= {"seconds Spark": round(time.perf_counter() - started, 1), **spent}
    told |= {"GiB of the driver's Python": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)}
    print("\n".join(f"| {name} | {value:,} |" if isinstance(value, int) else f"| {name} | {value} |" for name, value in told.items()))
    print(json.dumps(told))
    same = not told["pairs of one only"] and told["largest difference of weights"] <= WEIGHT and not told["records in another entity"]
    raise SystemExit(0 if same else 1)


if __name__ == "__main__":
    main()
