"""Licences of everything that an installation runs on, held against deploy/licences.toml. `make check` runs it.

Exit code 1 where a package of requirements.lock has a licence that the table does not allow, or one that cannot be told.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from license_expression import ExpressionError, LicenseWithExceptionSymbol, get_spdx_licensing
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
SPDX = get_spdx_licensing()
LONGEST = 100
"""Characters of a licence field that may be a name; beyond, it is a text."""


def table() -> dict[str, dict[str, Any]]:
    """What is allowed, with its reasons."""
    return tomllib.loads((ROOT / "deploy" / "licences.toml").read_text(encoding="utf-8"))


def locked(path: Path = ROOT / "requirements.lock") -> Iterator[Requirement]:
    """What the lock installs on this machine."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            wanted = Requirement(line.removesuffix("\\").strip())
            if wanted.marker is None or wanted.marker.evaluate():
                yield wanted


def licence_of(name: str, told: Any, words: Mapping[str, str], packages: Mapping[str, Mapping[str, str]]) -> str:
    """SPDX expression of a package: by the table, its expression, its licence field, or all of its classifiers; empty where none says it."""
    if name in packages:
        return packages[name]["licence"]
    if expression := told.get("License-Expression"):
        return str(expression)
    classifiers = [text.rpartition(" :: ")[2] for text in told.get_all("Classifier") or () if text.startswith("License :: ")]
    field = (told.get("License") or "").strip()
    if len(field) <= LONGEST and (spdx := words.get(field, field)) and is_spdx(spdx):
        return spdx
    return " AND ".join(sorted({words.get(text, text) for text in classifiers if text != "OSI Approved"}))


def is_spdx(text: str) -> bool:
    """Whether every name in an expression is one that SPDX lists, or one of this table's own (LicenseRef-…)."""
    try:
        keys = {str(key) for key in SPDX.license_keys(SPDX.parse(text))}
    except ExpressionError:
        return False
    return all(key in SPDX.known_symbols or key.startswith("LicenseRef-") for key in keys)


def permits(expression: str, allowed: Mapping[str, str]) -> bool:
    """Whether the licence may be used: with AND every part, with OR one of them."""

    def holds(node: Any) -> bool:
        if isinstance(node, SPDX.AND):
            return all(map(holds, node.args))
        if isinstance(node, SPDX.OR):
            return any(map(holds, node.args))
        return (node.render() if isinstance(node, LicenseWithExceptionSymbol) else str(node)) in allowed

    return is_spdx(expression) and holds(SPDX.parse(expression))


def objections() -> tuple[list[str], int]:
    """Every package that may not be used as things stand, and how many were looked at."""
    told, wrong, seen = table(), [], 0
    for wanted in locked():
        try:
            licence = licence_of(wanted.name, metadata(wanted.name), told["words"], told["packages"])
        except PackageNotFoundError:
            wrong.append(f"{wanted.name}: not installed, so that its licence cannot be told")
            continue
        seen += 1
        if wanted.name not in told["packages"] and not permits(licence, told["allowed"]):
            wrong.append(f"{wanted.name}: {licence or 'no licence stated'}; if it may be used, say why in deploy/licences.toml")
    return wrong, seen


def main() -> None:
    """Print what is wrong, or that nothing is."""
    wrong, seen = objections()
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"Licences of {seen} packages: all allowed")


if __name__ == "__main__":
    main()
