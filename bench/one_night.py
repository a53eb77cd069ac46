"""One county's night without a scheduler, measured: seconds of each stage beyond imports, peak memory, and how good it was.

`python -m bench.one_night FOLDER BIRTHS SEED SEVERITY` prints one JSON object. A process of its own, so that memory is this night's.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

AS_OF = date(2026, 10, 31)


def made(folder: Path, births: int, seed: int, severity: str) -> dict[str, str]:
    """The environment of an invented county, built in a process of its own so that its memory is not counted."""
    from hedui.demo import build_county

    return build_county(folder / "demo", {"births": births, "seed": seed, "severity": severity})


def night(folder: Path) -> tuple[Path, dict[str, float]]:
    """Run every front door; the run's folder and the seconds of each stage."""
    from connectors import land
    from expectations import accept
    from matching import link
    from reconciliation import find, publish
    from sql import state
    from vocabulary.registries import REGISTRIES

    run_id = state.open_run(AS_OF)
    seconds = {}
    stages = {"land": lambda: [land.night(run_id, name) for name in REGISTRIES], "accept": lambda: accept.night(run_id)}
    stages |= {"link": lambda: link.night(run_id), "find": lambda: find.night(run_id), "publish": lambda: publish.night(run_id)}
    for name, stage in stages.items():
        started = time.perf_counter()
        stage()
        seconds[name] = round(time.perf_counter() - started, 2)
    state.close_run(run_id)
    return folder / "runs" / run_id, seconds


def judged(run: Path, truth: Path) -> dict[str, Any]:
    """Links, the not-registered list, and whom that list must never hold."""
    from hedui.evaluate import as_record
    from matching.evaluate import evaluate
    from reconciliation.evaluate import list_quality

    birth_record = pd.read_parquet(run / "linked" / "birth_record.parquet")
    finding = pd.read_parquet(run / "findings" / "finding.parquet")
    truth_record, truth_birth = (pd.read_parquet(truth / f"{name}.parquet") for name in ("record", "birth"))
    listed = finding.loc[finding["kind"].eq("not_registered"), ["birth_id"]]
    children = (
        listed.merge(birth_record, on="birth_id").merge(truth_record, on=["registry", "record_id"]).merge(truth_birth, on="true_birth_id")
    )
    never = {"bereaved": children["vital_status"].eq("died"), "outsiders": ~children["is_resident"].astype(bool)}
    return {
        "links": as_record(evaluate(birth_record, truth_record, "true_birth_id").across),
        "list": list_quality(finding, birth_record, truth_record, truth_birth).as_record(),
        **{name: int(children.loc[rows, "true_birth_id"].nunique()) for name, rows in never.items()},
        "findings": finding["kind"].value_counts().to_dict(),
    }


def main() -> None:
    """Measure one night."""
    folder, births, seed, severity = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "demo" / "county.json").is_file():
        child = os.fork()
        if child == 0:
            made(folder, births, seed, severity)
            os._exit(0)
        os.waitpid(child, 0)
    os.environ.update({**made(folder, births, seed, severity), "HEDUI_HOME": str(folder)})
    run, seconds = night(folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        json.dumps(
            {
                "births": births,
                "seed": seed,
                "severity": severity,
                "seconds": seconds,
                "peak_gib": round(peak, 2),
                **judged(run, folder / "demo" / "truth"),
            }
        )
    )


if __name__ == "__main__":
    main()
