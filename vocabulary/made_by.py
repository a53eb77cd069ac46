"""By what a night was made: hedui's code and the libraries that its answers hang on, so that a replay that differs can say why."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
FOLDERS = ("vocabulary", "sql", "expectations", "matching", "reconciliation")
"""What a landed delivery becomes findings by."""
ENDINGS = frozenset({".py", ".sql", ".toml", ".csv", ".json", ".npz"})
LIBRARIES = ("pandas", "numpy", "numba", "pyarrow", "duckdb", "great-expectations", "pypinyin", "opencc", "lunar-python")
SOURCES = "sources"


@cache
def made_by() -> Mapping[str, str]:
    """`hedui`: its version; `sources`: a digest of its code, which two checkouts of one version may differ in; Python and each library."""
    return {"hedui": version_of("hedui"), SOURCES: sources(HOUSE), "python": platform.python_version()} | {
        name: version_of(name) for name in LIBRARIES
    }


def version_of(package: str) -> str:
    """As it is installed; empty where it is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def sources(house: Path) -> str:
    """Twelve hexadecimal digits that are the same for the same code, by path and content."""
    digest = hashlib.sha256()
    for path in sorted(path for name in FOLDERS for path in (house / name).rglob("*") if path.suffix in ENDINGS):
        digest.update(f"{path.relative_to(house).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
