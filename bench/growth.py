"""How time and memory of linking births grow, and how near the kernel is to what memory gives.

`python -m bench.growth ACCEPTED.parquet --births 10000 30000 100000 300000 1000000 3000000 --truth TRUTH/record.parquet --picture docs/pictures/growth.png`
takes the accepted records of an invented county of a million births. Fewer are all records of so many births drawn at random; more are copies of all with other
numbers, divisions, facilities and certificates, as of other provinces, while names stay as common as they are. Each size is linked in a process of its own, from
Parquet to births. `limit`: the same pairs walked by the same rules, each fetching the first cache line of both records and doing nothing else.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

OTHER_NUMBERS = ("mother_id_number", "father_id_number", "child_id_number", "division_code", "area_code", "household_division_code")
SHIFTED = ("certificate_no", "facility_code", "reporting_unit_code")
STEPS = ("read", "learn", "score", "decide")


def drawn(accepted: Path, truth: Path, births: int) -> pa.Table:
    """All records of so many births, or copies of all as of other provinces."""
    table = pq.read_table(accepted)
    whose = pd.read_parquet(truth)
    told = pd.DataFrame({name: table[name].cast(pa.string()).to_pandas() for name in ("registry", "record_id")})
    codes, names = pd.factorize(told.merge(whose, on=["registry", "record_id"], how="left")["true_birth_id"])
    copies, left = divmod(births, len(names))
    parts = [moved(table, copy) for copy in range(copies)]
    if left > len(names) // 100:
        chosen = np.zeros(len(names) + 1, dtype=bool)
        chosen[np.random.default_rng(1).permutation(len(names))[:left]] = True
        parts.append(moved(table.filter(pa.array(chosen[codes])), copies))
    return pa.concat_tables(parts)


def moved(table: pa.Table, copy: int) -> pa.Table:
    """The records of another province: other record ids; numbers and codes begin with another digit."""
    if copy == 0:
        return table
    columns = {name: table[name] for name in table.column_names}
    columns["record_id"] = pc.binary_join_element_wise(columns["record_id"].cast(pa.string()), str(copy), "-")
    for name in OTHER_NUMBERS:
        if name in columns:
            columns[name] = pc.replace_substring_regex(columns[name].cast(pa.string()), "^.", str(9 - copy))
    for name in SHIFTED:
        if name in columns:
            columns[name] = pc.binary_join_element_wise(columns[name].cast(pa.string()), str(copy), "")
    return pa.table(columns)


def one(path: Path) -> dict[str, Any]:
    """Link one table; seconds of each step, pairs, peak memory."""
    from matching.link import link

    started, laps, steps = time.perf_counter(), {}, ["start"]
    last = [started]

    def told(step: str, _: int) -> None:
        if step not in (steps[-1], "pairs"):
            now = time.perf_counter()
            laps[steps[-1]], last[0] = now - last[0], now
            steps.append(step)

    linked = link(lambda: pq.read_table(path), "births", told=told, name="birth_id")
    laps[steps[-1]] = time.perf_counter() - last[0]
    status = Path("/proc/self/status").read_text(encoding="ascii")  # ru_maxrss would count what the process that forked this one has had
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 2**20
    pairs, fresh = (sum(getattr(count, name) for count in linked.counts) for name in ("pairs", "new_pairs"))
    seconds = time.perf_counter() - started
    return {"records": linked.record.num_rows, "met": pairs, "pairs": fresh, "seconds": seconds, "laps": laps, "peak": peak}


def limit(path: Path) -> float:
    """Pairs a second when both records' first lines are fetched and nothing is compared."""
    from concurrent.futures import ThreadPoolExecutor

    from numba import njit

    from matching.engine import prepared
    from matching.kernel.run import _pieces
    from matching.model.files import model_path, read_spec
    from matching.records import read_records
    from matching.threads import threads

    @njit(nogil=True, cache=False)
    def fetch(rows: Any, joins: Any, low: Any, high: Any) -> Any:
        left, begin, end, right = joins
        total = 0
        for join in range(low, high):
            mine = rows[left[join], 0]
            for position in range(begin[join], end[join]):
                total += mine ^ rows[right[position], 0]
        return total

    spec = read_spec(model_path("births"))
    ready = prepared(read_records(pq.read_table(path), spec), spec)
    pairs, spent = 0, 0.0
    with ThreadPoolExecutor(threads()) as pool:
        for number in range(len(ready.blocks.routes)):
            joins = ready.joins(number)
            fetch(ready.store.rows, tuple(joins), 0, 0)
            pieces, started = list(_pieces(joins, 1)), time.perf_counter()
            list(pool.map(lambda bounds, joins=joins: fetch(ready.store.rows, tuple(joins), *bounds), pieces))  # type: ignore[misc]
            spent += time.perf_counter() - started
            pairs += int(np.sum(joins.end - joins.begin, dtype=np.int64))
    return pairs / spent


def picture(told: list[dict[str, Any]], path: Path) -> None:
    """Seconds and memory against births, both axes logarithmic."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    births = [one["births"] for one in told]
    drawing, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    left.plot(births, [one["seconds"] for one in told], "o-", color="#1f4e79", label="whole link")
    for step, style in zip(STEPS, ("s:", "^:", "d:", "v:"), strict=True):
        left.plot(
            births, [max(one["laps"].get(step, 0.01), 0.01) for one in told], style, color="#666666", linewidth=1, markersize=4, label=step
        )
    left.plot(births, [told[-1]["seconds"] * one / births[-1] for one in births], "--", color="#b0b0b0", linewidth=1, label="in proportion")
    left.set(xscale="log", yscale="log", xlabel="births", ylabel="seconds, 2 cores", title="Time")
    left.legend(fontsize=8)
    right.plot(births, [one["peak"] for one in told], "o-", color="#1f4e79", label="peak memory")
    right.set(xscale="log", yscale="log", xlabel="births", ylabel="GiB", title="Memory")
    right.legend(fontsize=8)
    for axes in (left, right):
        axes.grid(visible=True, which="major", linewidth=0.4)
    drawing.savefig(path, dpi=130)


def main() -> None:
    """Print the table, draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("accepted", type=Path)
    parser.add_argument("--births", type=int, nargs="+", default=[10_000])
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--one", action="store_true", help="link this table and print one JSON object")
    parser.add_argument("--limit", action="store_true", help="print pairs a second at the limit")
    wanted = parser.parse_args()
    if wanted.one or wanted.limit:
        print(json.dumps(one(wanted.accepted) if wanted.one else limit(wanted.accepted)))
        return
    told = []
    print(f"| births | records | pairs met | {' s | '.join(STEPS)} s | whole s | peak GiB | million pairs a second | of the limit |")
    print(f"|{'---|' * (8 + len(STEPS))}")
    for births in wanted.births:
        path = wanted.accepted.parent / f"growth-{births}.parquet"
        pq.write_table(drawn(wanted.accepted, wanted.truth, births), path)
        asked = [sys.executable, "-m", "bench.growth", str(path)]
        measured, most = (
            json.loads(subprocess.run([*asked, flag], capture_output=True, text=True, check=True).stdout) for flag in ("--one", "--limit")
        )
        path.unlink()
        told.append(measured | {"births": births})
        laps = " | ".join(f"{measured['laps'].get(step, 0):.1f}" for step in STEPS)
        rate = measured["met"] / measured["laps"]["score"]
        print(
            f"| {births:,} | {measured['records']:,} | {measured['met']:,} | {laps} | {measured['seconds']:.1f} | {measured['peak']:.2f} "
            f"| {rate / 1e6:.2f} | {rate / most:.0%} |",
            flush=True,
        )
    if wanted.picture:
        picture(told, wanted.picture)


if __name__ == "__main__":
    main()
