"""`hedui link TABLE TABLE … --model M --out DIR`: matching alone, on any tables."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matching.link import Linked, counts_of, link, write_linked
from matching.model.files import model_path, read_document, spec_of
from matching.model.learned import Model
from matching.model.saved import read_model
from matching.model.spec import Spec
from vocabulary.runs import private_folder, write_private


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for."""

    tables: Sequence[str]
    model: str
    out: Path
    key: str | None = None
    duplicates: bool | None = None
    capacity: int | None = None
    engine: str = "local"
    master: str | None = None


def run(wanted: Wanted, *, as_json: bool, quiet: bool) -> int:
    """Link, write the tables, print what was done and how near that is to what the machine can do."""
    from hedui.link_progress import Steps

    started = time.perf_counter()
    model = read_any(wanted.model, wanted.duplicates)
    spec = model.spec if isinstance(model, Model) else model
    with Steps(sys.stderr, quiet=quiet or as_json) as steps:
        steps.step("tables", 0)
        reader = _Reader(wanted, spec)
        linked = _linked(reader, model, wanted, steps)
        steps.step("write", 0)
        told = _written(linked, wanted.out, {"bytes": reader.bytes, "rows": linked.record.num_rows})
    told["seconds"] = steps.seconds | {"all": round(time.perf_counter() - started, 2)}
    told["peak_gib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)
    write_private(wanted.out / "report.json", json.dumps(told, ensure_ascii=False, indent=1))
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        from hedui.show_link import show

        show(told)
    return 0


class _Reader:
    """Reads the tables when it is called, and holds none of them, so that their memory is free once they are encoded."""

    def __init__(self, wanted: Wanted, spec: Spec) -> None:
        self._wanted, self._spec, self.bytes = wanted, spec, 0

    def __call__(self) -> Any:
        from hedui.tables import read_tables

        table, self.bytes = read_tables(self._wanted.tables, self._spec, self._wanted.key)
        return table


def _linked(reader: _Reader, model: Model | Spec, wanted: Wanted, steps: Any) -> Linked:
    """On this machine, or on Spark."""
    if wanted.engine == "spark":
        from matching.spark.link import link as link_on_spark

        return link_on_spark(reader(), model, master=wanted.master, capacity=wanted.capacity, told=steps.step)
    return link(reader, model, capacity=wanted.capacity, told=steps.step)


def read_any(told: str, duplicates: bool | None = None) -> Model | Spec:
    """A model by path or name: one that has learnt as such, else its spec. `duplicates` overrules what it says of them. Raises ConfigurationError."""
    path = model_path(told)
    document = read_document(path)
    if "learned" in document:
        model = read_model(path)
        return model if duplicates is None else model.with_spec(replace(model.spec, duplicates=duplicates))
    spec = spec_of(document, path.name)
    return spec if duplicates is None else replace(spec, duplicates=duplicates)


def _written(linked: Linked, out: Path, read: dict[str, int]) -> dict[str, Any]:
    """Write everything beside the folder and put it in place at the end: nothing is half done."""
    partial = out.parent / f".{out.name}.{os.getpid()}.partial"
    private_folder(out.parent) if not out.parent.exists() else None
    shutil.rmtree(partial, ignore_errors=True)
    private_folder(partial)
    try:
        write_linked(linked, partial, "entity")
        private_folder(out)
        for path in sorted(partial.iterdir()):
            path.replace(out / path.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    rules = [{"rule": one.rule, "pairs": one.pairs, "new_pairs": one.new_pairs, "left_out": one.records_left_out} for one in linked.counts]
    return {"folder": str(out), "read": read, "counts": counts_of(linked), "rules": rules}
