"""What a night of changes costs beside a full link, and that both say the same.

`python -m bench.changes ACCEPTED.parquet [...] --share 0.01` prints a row a table, in Markdown. Of the share, half are records that came since, two fifths have
another mother's name or birth date now, a tenth are gone. `full`: reading the records, learning, linking; `night`: reading the records and the base from disk (and its
checksums), finding what changed, linking that, writing the next base (and its checksums). Both are followed by the same writing of tables. `processor time`: of the night, as a
share of the full link's, which other work on the machine sways less. `differing`: rows of births and pairs that are not those of a full
link by the same model (weights to 1e-9).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

WEIGHT = 1e-9


def days(table: pa.Table, share: float) -> tuple[pa.Table, pa.Table]:
    """The records of one night, and those of the next."""
    rng, many = np.random.default_rng(7), table.num_rows
    order = rng.permutation(many)
    new, corrected, gone = (
        order[: int(many * share / 2)],
        order[int(many * share / 2) : int(many * share * 0.9)],
        order[-int(many * share / 10) :],
    )
    first = table.filter(pa.array(np.isin(np.arange(many), new, invert=True)))
    told = table
    for name, rows in (("mother_name", corrected[::2]), ("born_on", corrected[1::2])):
        values, other = told[name].combine_chunks(), np.arange(many)
        other[rows] = rng.permutation(rows)
        told = told.set_column(told.column_names.index(name), name, values.take(pa.array(other)))
    return first, told.filter(pa.array(np.isin(np.arange(many), gone, invert=True)))


def measure(path: Path, share: float) -> dict[str, Any]:
    """Both nights of one table, in this process."""
    from matching.changes.base import changes_since
    from matching.changes.base_files import read_base, write_base
    from matching.changes.relink import relinked
    from matching.decide.entity_ids import Known
    from matching.link import Earlier, link
    from vocabulary.runs import CHECKSUMS, checksums_in, harmed, write_private

    first, second = days(pq.read_table(path), share)
    with tempfile.TemporaryDirectory(prefix="hedui-bench-") as folder:
        place = Path(folder)
        pq.write_table(first, place / "first.parquet")
        pq.write_table(second, place / "second.parquet")
        link(first.slice(0, 3000), "births")  # so that neither pays for compiling
        started, worked = time.perf_counter(), time.process_time()
        whole = link(lambda: pq.read_table(place / "first.parquet"), "births", name="birth_id")
        full, full_work = time.perf_counter() - started, time.process_time() - worked
        del whole
        linked = link(first, "births", earlier=Earlier(keep=True), name="birth_id")
        assert linked.base is not None
        write_base(linked.base, place / "base")
        write_private(place / "base" / CHECKSUMS, json.dumps(checksums_in(place / "base")))
        laps, worked = [time.perf_counter()], time.process_time()
        table = pq.read_table(place / "second.parquet")
        assert not harmed(place / "base")
        base = read_base(place / "base")
        assert base is not None
        changes = changes_since(base, table)
        laps.append(time.perf_counter())
        found, _ = relinked(base, table, changes, name="birth_id")
        laps.append(time.perf_counter())
        write_base(found, place / "next")
        checksums_in(place / "next")
        laps.append(time.perf_counter())
        work = time.process_time() - worked
        known = Known(linked.record["registry"], linked.record["record_id"], linked.record["birth_id"])
        other = link(table, base.model, earlier=Earlier(known, None, base.whole), name="birth_id")
        size = sum(file.stat().st_size for file in (place / "base").iterdir())
    night = laps[-1] - laps[0]
    return {
        "records": table.num_rows,
        "changed": len(changes.rows) + len(changes.gone),
        "full": full,
        "seconds": dict(zip(("find", "link", "write"), np.diff(laps).tolist(), strict=True)),
        "night": night,
        "work": work / full_work,
        "differing": differing(found.answer, other.record) + differing(found.pair, other.pair),
        "base": size,
    }


def differing(one: pa.Table, two: pa.Table) -> int:
    """Rows that differ; all of them where there are more of one than of the other."""
    if one.num_rows != two.num_rows:
        return max(one.num_rows, two.num_rows)
    apart = np.zeros(one.num_rows, dtype=bool)
    for name in one.column_names:
        left, right = (told[name].combine_chunks() for told in (one, two))
        if pa.types.is_floating(left.type):
            apart |= np.abs(left.to_numpy() - right.to_numpy()) > WEIGHT
        else:
            apart |= ~pc.equal(left.cast(pa.large_string()), right.cast(pa.large_string())).to_numpy(zero_copy_only=False)
    return int(apart.sum())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("accepted", type=Path, nargs="+")
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--one", action="store_true", help="print one JSON object")
    wanted = parser.parse_args()
    if wanted.one:
        print(json.dumps(measure(wanted.accepted[0], wanted.share)))
        return
    print(
        "| records | changed | full s | find s | link s | write s | night s | of a full link | processor time | base MiB | differing |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|"
    )
    for path in wanted.accepted:
        asked = [sys.executable, "-m", "bench.changes", str(path), "--share", str(wanted.share), "--one"]
        told = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
        parts = " | ".join(f"{told['seconds'][name]:.2f}" for name in ("find", "link", "write"))
        print(
            f"| {told['records']:,} | {told['changed']:,} | {told['full']:.1f} | {parts} | {told['night']:.2f} | {told['night'] / told['full']:.1%} | {told['work']:.1%} "
            f"| {told['base'] / 2**20:,.0f} | {told['differing']} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
