"""Every command that a document names could be given: it parses, its options exist, its files are there. test_docs_long.py runs them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import typer

from tests.docs.blocks import ROOT, Block, blocks, not_run

KNOWN = {
    "apt-get", "cat", "cd", "chmod", "chown", "cp", "curl", "cut", "diff", "docker", "find", "git", "grep", "head", "install", "journalctl", "kill", "kubectl", "ls",
    "mkdir", "mv", "openssl", "pg_dump", "pg_restore", "podman", "psql", "python3", "rm", "rsync", "sed", "sftp", "sleep", "sort", "sqlite3", "ssh", "ssh-keygen",
    "ssh-keyscan", "sudo", "systemctl", "tail", "tar", "test", "touch", "true", "useradd", "venv", "echo", "createdb", "prometheus", "prometheus-node-exporter", "promtool", "sh", "bash", "env", "nice", "timeout", "jq",
}  # fmt: skip
"""Programs of the system; anything else is hedui's own, or a mistake."""
CHECKOUT = re.compile(r"^(?:/opt/hedui/|\./)")


@cache
def command_line():
    from hedui.main import app

    return typer.main.get_command(app)


@cache
def airflow_parser():
    from airflow.cli import cli_parser

    return cli_parser.get_parser()


def parse_hedui(words: list[str]) -> None:
    """Raises where the command line would refuse these words before doing anything."""
    context, rest, command = None, words, command_line()
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        context = command.make_context(command.name or "hedui", [], parent=context, resilient_parsing=True)
        command, rest = command.commands[rest[0]], rest[1:]
    if rest in (["--help"], ["--version"]):
        return
    command.make_context(command.name, list(rest), parent=context)


def wrong_with(words: list[str]) -> str | None:
    """What is wrong with a command; None where it could be given."""
    program = CHECKOUT.sub("", words[0])
    name, rest = Path(program).name, words[1:]
    if name in ("python", "python3") and rest[:1] == ["-m"]:
        name, rest = rest[1], rest[2:]
    try:
        if name == "hedui" or name == "hedui.main":
            parse_hedui(rest)
        elif name in ("airflow", "hedui.airflow"):
            rest and rest[0] != "prepare" and airflow_parser().parse_args(rest)
        elif name == "make":
            missing = [
                target
                for target in rest
                if "=" not in target and not re.search(rf"^{re.escape(target.replace('.venv', '$(VENV)'))}\b.*:", text_of_makefile(), re.M)
            ]
            return f"no target {missing}" if missing else None
        elif "." in name and name.split(".")[0] in ("bench", "hedui", "demo", "deploy", "sql"):
            return None if (ROOT / (name.replace(".", "/") + ".py")).is_file() else f"no module {name}"
        elif program.startswith((".ci/", "deploy/", "bench/")):
            return None if (ROOT / program).is_file() else f"no file {program}"
        elif name not in KNOWN | {"python", "pip", "json.tool", "uv"}:
            return f"unknown program {name}"
    except (Exception, SystemExit) as error:  # the parsers' own refusals, whatever they are
        return f"{type(error).__name__}: {error}"
    return None


@cache
def text_of_makefile() -> str:
    return (ROOT / "Makefile").read_text(encoding="utf-8")


def files_named(words: list[str]) -> list[str]:
    """Files of the checkout among the words of a command."""
    told = [CHECKOUT.sub("", word) for word in words[1:]]
    return [
        word.rstrip("*").rstrip("/")
        for word in told
        if word.startswith(("deploy/", "dags/", "sql/", "matching/", "docs/", "vocabulary/", "bench/", "requirements"))
    ]


@pytest.mark.parametrize("page", sorted({block.page for block in blocks()}))
def test_every_command_could_be_given(page):
    commands = [words for block in blocks() if block.page == page for words in block.lines()]
    assert {" ".join(words): wrong for words in commands if (wrong := wrong_with(words))} == {}
    assert [name for words in commands for name in files_named(words) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    "command",
    [
        "hedui nightlyy",
        "hedui nightly --as-off 2026-10-31",
        "hedui monthly",
        "hedui demo --severity awful",
        "hedui user add li.wei",
        "airflow dags trigerr nightly",
        "make demoo",
        "python -m hedui.airflow pools",
        "python -m bench.nothing",
        ".ci/nothing",
        "mkdri x",
    ],
)
def test_a_command_that_could_not_be_given_is_found(command):
    assert [wrong for words in Block("x.md", command).lines() if (wrong := wrong_with(words))]


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("A=1 B=$(ls x | tail -n 1) hedui doctor || true", [["ls", "x"], ["tail", "-n", "1"], ["hedui", "doctor"], ["true"]]),
        ("export A=1", []),
        ("cat x 2>/dev/null # why", [["cat", "x"]]),
        ("python - <<'END'\nhedui nonsense\nEND\nls", [["python", "-"], ["ls"]]),
        ("hedui demo \\\n  --quiet > x", [["hedui", "demo", "--quiet"]]),
    ],
)
def test_commands_are_told_apart(line, commands):
    assert Block("x.md", line + "\n").lines() == commands


def test_a_chinese_page_gives_the_commands_of_its_english_page():
    english = {block.page: [] for block in blocks()}
    for block in blocks():
        english[block.page].append(block.text)
    pairs = [(page, page.replace(".zh.md", ".md")) for page in english if page.endswith(".zh.md")]
    assert pairs
    assert [page for page, original in pairs if english[page] != english.get(original)] == []


def test_each_reason_still_belongs_to_a_block():
    told = [(page, row["begins"]) for page, rows in not_run().items() for row in rows]
    stands = [(block.page, begins) for block in blocks() for page, begins in told if block.page == page and block.first.startswith(begins)]
    assert set(told) - set(stands) == set()
