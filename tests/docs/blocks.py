"""The commands of the documents: blocks, the lines in them, and which blocks a machine of tests cannot run."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHELLS = ("bash", "sh", "console", "shell")
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
HERE_DOCUMENT = re.compile(r"<<'?(\w+)'?.*?^\1$", re.MULTILINE | re.DOTALL)
SUBSTITUTION = re.compile(r"\$\(([^()]*)\)")
KEYWORDS = {"then", "do", "else", "while", "if", "!"}


@dataclass(frozen=True)
class Block:
    """A fenced block of commands. `page` is relative to the repository."""

    page: str
    text: str

    @property
    def first(self) -> str:
        return self.text.splitlines()[0].strip()

    @property
    def reason(self) -> str | None:
        """Why it is only checked; None where it is run."""
        found = [
            row["reason"]
            for row in not_run().get(self.page.replace(".zh.md", ".md").replace(".zh-CN.md", ".md"), [])
            if self.first.startswith(row["begins"])
        ]
        return found[0] if found else None

    def lines(self) -> list[list[str]]:
        """Each command as its words, without variables before it and redirections behind it; the inside of here-documents is left out."""
        text = HERE_DOCUMENT.sub("", self.text).replace("\\\n", " ")
        whole = [inner for line in text.splitlines() for inner in [*SUBSTITUTION.findall(line), SUBSTITUTION.sub("x", line)]]
        return [words for line in whole for part in parts_of(line) if (words := command_of(part))]


@cache
def not_run() -> dict[str, list[dict[str, str]]]:
    """Page -> blocks that are only checked: how each begins, and why."""
    return tomllib.loads(Path(__file__).with_name("not_run.toml").read_text(encoding="utf-8"))


def parts_of(line: str) -> list[list[str]]:
    """The commands of a line, between `|`, `&&`, `||`, `;`."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split, lexer.commenters = True, "#"
    parts: list[list[str]] = [[]]
    for word in lexer:
        if word in ("|", "&&", "||", ";", "&"):
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def command_of(words: list[str]) -> list[str]:
    """The words from the program on; nothing where only variables are set."""
    while words and (re.match(r"^\w+=", words[0]) or words[0] in KEYWORDS or words[0] == "exec"):
        words = words[1:]
    cut = next((place for place, word in enumerate(words) if set(word) <= set("<>&") and word), len(words))
    if cut < len(words) and words[cut - 1] == "2":
        cut -= 1
    return [] if not words or words[0] == "export" else words[:cut]


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@cache
def blocks() -> tuple[Block, ...]:
    """Every block of commands, page by page."""
    return tuple(found for page in pages() for found in blocks_of(page))


def blocks_of(page: Path) -> Iterator[Block]:
    for indent, language, text in FENCE.findall(page.read_text(encoding="utf-8")):
        if language in SHELLS:
            yield Block(page.relative_to(ROOT).as_posix(), "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True)))
