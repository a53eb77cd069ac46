"""Files of the repository that pages name: the site shows them, so that a reader without the checkout has them too."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {
    ".py": "python",
    ".sql": "sql",
    ".toml": "toml",
    ".sh": "bash",
    ".yml": "yaml",
    ".yaml": "yaml",
    ".json": "json",
    ".md": "markdown",
}
LEFT_OUT = {".png", ".jpg", ".svg", ".npz", ".xlsx", ".parquet", ".db"}
LONGEST = 60_000
"""Characters of a file that are shown."""


def documents() -> Iterator[Path]:
    """Every page, with the README and its like."""
    yield from (ROOT / name for name in ("README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md"))
    yield from sorted((ROOT / "docs").rglob("*.md"))


def named_files() -> set[str]:
    """Files and folders outside docs/ that some page links to, and the files directly in such folders."""
    found = set()
    for document in documents():
        text = re.sub(r"^ *```.*?^ *```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\((?![a-z]+:|#)([^)\s#]+)", text):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(document.relative_to(ROOT).as_posix()), target))
            if (ROOT / path).exists() and (not path.startswith("docs/") or path.endswith((".py", ".toml", ".css", ".js"))):
                found.add(path)
    pages = {"README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md"}
    inner = {each.relative_to(ROOT).as_posix() for path in found if (ROOT / path).is_dir() for each in shown_in(ROOT / path)}
    return {path for path in found | inner if path not in pages and Path(path).suffix not in LEFT_OUT}


def shown_in(folder: Path) -> list[Path]:
    """The files directly in a folder that can be shown."""
    return sorted(
        each for each in folder.iterdir() if each.is_file() and each.suffix not in LEFT_OUT and not each.name.startswith((".", "__init__"))
    )


def source_page(path: str) -> str:
    """A page that shows a file, or lists a folder; no search finds it."""
    head = f"---\ntitle: {path}\nsearch:\n  exclude: true\n---\n\n# `{path}`\n\n"
    here = ROOT / path
    if here.is_dir():
        return head + "\n".join(f"- [`{each.name}`]({here.name}/{each.name}.md)" for each in shown_in(here)) + "\n"
    text = here.read_text(encoding="utf-8")[:LONGEST].rstrip()
    fence = "`" * (max((len(run) for run in re.findall(r"`{3,}", text)), default=2) + 1)
    return f"{head}{fence}{LANGUAGES.get(here.suffix, 'text')}\n{text}\n{fence}\n"
