"""`make wheel`: hedui as one file to install elsewhere, `dist/hedui-<version>-py3-none-any.whl`, built twice and bit-identical.

It is built from a copy of what git knows (of what lies there, where there is no git), with plain modes and the commit's time, so that neither leftovers nor the
builder's umask get in. The commit is written into it, with a word on changes that are in no commit. `make lock` says what stands beside it: requirements.lock
holds everything that it needs, with hashes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vocabulary.version import BAKED, code

BEGIN_OF_ZIP = 315532800
"""1980-01-01, before which a ZIP can say no time: of a tree whose commit is unknown."""
DATA = {".toml", ".sql", ".html", ".jinja", ".json", ".mako", ".ini", ".csv", ".npz", ".po", ".js", ".css", ".svg"}
"""What packages read at run time beside their code."""


def packages() -> list[str]:
    """The folders that are installed."""
    import tomllib

    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [name.removesuffix("*") for name in told["tool"]["setuptools"]["packages"]["find"]["include"]]


def sources() -> list[Path]:
    """Every file that belongs to the tree, relative to its top."""
    asked = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, check=False
    )
    if asked.returncode == 0:
        return sorted(Path(name) for name in asked.stdout.decode().split("\0") if name and (ROOT / name).is_file())
    found = [path for folder in packages() for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return sorted(path.relative_to(ROOT) for path in [*found, *(ROOT / name for name in ("pyproject.toml", "README.md", "LICENSE"))])


def committed_at(commit: str) -> int:
    """Seconds of the commit's time."""
    asked = subprocess.run(["git", "-C", str(ROOT), "show", "-s", "--format=%ct", commit], capture_output=True, text=True, check=False)
    return int(asked.stdout) if asked.returncode == 0 and asked.stdout.strip() else BEGIN_OF_ZIP


def snapshot(folder: Path) -> Path:
    """A copy of the tree as it is now, with plain modes and its commit written down."""
    for name in sources():
        write(folder / name, (ROOT / name).read_bytes())
    told = {name: value for name, value in code().told().items() if name != "version"}
    write(folder / "vocabulary" / BAKED, (json.dumps(told) + "\n").encode())
    return folder


def write(path: Path, content: bytes) -> None:
    """A file with the mode that it would have in any checkout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o644)


def build(tree: Path, into: Path) -> Path:
    """One wheel, from a fresh copy of the tree: building leaves things behind."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(committed_at(code().commit))}
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(tree, Path(folder) / "hedui")
        command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "-w", str(into), str(copy)]
        ran = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    if ran.returncode:  # otherwise it only says that folders of data are no packages
        sys.exit(ran.stderr)
    (made,) = into.glob("*.whl")
    return made


def left_out(wheel: Path, tree: Path) -> list[str]:
    """Files of the packages that the wheel should hold and does not."""
    with ZipFile(wheel) as file:
        held = set(file.namelist())
    wanted = [path for folder in packages() for path in (tree / folder).rglob("*") if path.suffix in DATA | {".py"}]
    return [name for path in wanted if (name := path.relative_to(tree).as_posix()) not in held]


def main() -> None:
    """Build twice, compare, and put one into `dist/`."""
    with tempfile.TemporaryDirectory() as folder:
        tree = snapshot(Path(folder) / "tree")
        first, second = (build(tree, Path(folder) / name) for name in ("first", "second"))
        if first.read_bytes() != second.read_bytes():
            sys.exit("two builds of the same tree differ")
        if missing := left_out(first, tree):
            sys.exit("the wheel lacks\n" + "\n".join(missing))
        (ROOT / "dist").mkdir(exist_ok=True)
        for old in (ROOT / "dist").glob("hedui-*.whl"):
            old.unlink()
        target = ROOT / "dist" / first.name
        shutil.move(first, target)
    digest = subprocess.run(["sha256sum", str(target.name)], cwd=target.parent, capture_output=True, text=True, check=True).stdout
    print(f"twice the same: {digest.strip()}")


if __name__ == "__main__":
    main()
