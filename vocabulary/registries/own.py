"""An installation's own registries: one file each in the folder that HEDUI_REGISTRIES names, `<name>.py` with a `REGISTRY`, like those beside this file.

What such a file may say is bounded: every column fills a field of the common record, and none has a name of the block list (rights.md R1, R2).
A registry of vaccines cannot bring vaccines along.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from vocabulary.block_list import blocked_term
from vocabulary.contracts import RECORD_COLUMNS, Registry
from vocabulary.errors import Fault

VARIABLE = "HEDUI_REGISTRIES"
NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
"""It becomes a variable (HEDUI_IMMUNISATION), a folder of the run, and the first word of a part's key."""
NEEDED = frozenset({"record_id", "child_sex", "division_code", "updated_at"})
"""Without its key and place a record can go back to nobody; without its time of change nobody knows how fresh it is."""


def own_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder, where one is named."""
    return Path(environment[VARIABLE]).absolute() if environment.get(VARIABLE) else None


def read_own(folder: Path | None, standing: Mapping[str, Registry]) -> tuple[dict[str, Registry], list[Fault]]:
    """The contracts in a folder, by name, and what is wrong with those that cannot be taken. `standing`: those that are there already."""
    if folder is None:
        return {}, []
    if not folder.is_dir():
        return {}, [Fault("registries.folder", VARIABLE)]
    taken: dict[str, Registry] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.py")):
        contract = contract_in(path)
        wrong = [Fault("registries.file", path.name)] if contract is None else list(wrong_with(contract, path, {**standing, **taken}))
        faults += wrong
        if contract is not None and not wrong:
            taken[contract.name] = contract
    return taken, faults


def contract_in(path: Path) -> Registry | None:
    """The REGISTRY of a file; None where it has none, or cannot be read as Python."""
    module = module_of(path)
    contract = getattr(module, "REGISTRY", None)
    return contract if isinstance(contract, Registry) else None


def module_of(path: Path) -> ModuleType | None:
    """A file of the folder, run as a module of its own; None where that fails."""
    spec = importlib.util.spec_from_file_location(f"hedui_own_{path.stem}", path)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception:  # noqa: BLE001 - whatever is wrong with the file, it is told by its name
        return None
    return module


def wrong_with(contract: Registry, path: Path, standing: Mapping[str, Registry]) -> Iterator[Fault]:
    """Everything that keeps a contract from being taken."""
    if contract.name != path.stem or not NAME.fullmatch(contract.name):
        yield Fault("registries.name", path.name, {"name": path.stem})
    for other in standing.values():
        if {contract.name, contract.table, contract.title_zh} & {other.name, other.table, other.title_zh}:
            yield Fault("registries.twice", path.name, {"other": other.name})
    filled: set[str] = set()
    for column in contract.columns:
        fields = contract.fields_of(column.name)
        filled |= set(fields)
        if blocked_term(column.name) or not set(fields) <= set(RECORD_COLUMNS):
            yield Fault("registries.column", f"{path.name} {column.name}", {"column": column.name})
    for field in sorted(NEEDED - filled) + ([] if {"born_on", "born_at"} & filled else ["born_on"]):
        yield Fault("registries.missing", path.name, {"field": field})
    for header in contract.headers:
        if term := blocked_term(header):
            yield Fault("registries.header", path.name, {"term": term})
