"""Chapter of commands: every command with every argument and option, as the command line itself has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from generate.tables import one_of, table
from generate.words import said
from hedui.main import app

EXIT_CODES = {
    0: ("完成", "done"),
    1: (
        "某一步或某项规则不予通过，没有新的清单；或月报表未放行",
        "a stage or a rule refused and there are no new worklists, or the return is held back",
    ),
    2: ("用法有误，或设置不成立", "wrong use, or a setting that cannot be"),
    3: ("某批数据被拒收，或某登记无法读取；其余照常进行", "a delivery was refused or a registry could not be read; the others went on"),
}
HEADERS = (("写法", "as written"), ("含义", "what it says"), ("不写时", "without it"))


def all_commands() -> Iterator[tuple[str, Any]]:
    """(words after `hedui`, command) in the order of the help."""
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        if hasattr(command, "commands"):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items())
        else:
            yield name, command


def chapter(locale: str, home: Path) -> str:
    """One section a command."""
    return "\n".join(section(name, command, locale) for name, command in all_commands())


def section(name: str, command: Any, locale: str) -> str:
    """Heading, what it does, how it is written, its arguments and options."""
    shown = [param for param in command.params if not getattr(param, "hidden", False) and param.name != "help"]
    usage = " ".join([f"hedui {name}", *(written(param) for param in shown)])
    rows = [(f"`{form(param)}`", said("commands", param.help or "", locale), default_of(param, locale)) for param in shown]
    parts = [f"## `hedui {name}`\n", said("commands", command.help or "", locale) + "\n", f"```text\n{usage}\n```\n"]
    return "\n".join([*parts, table([one_of(each, locale) for each in HEADERS], rows) if rows else ""])


def is_argument(param: Any) -> bool:
    """Whether a parameter is told by its place."""
    return not param.opts[0].startswith("-")


def form(param: Any) -> str:
    """How it is given: `--month TEXT`, `FILE…`."""
    if is_argument(param):
        return str(param.name).upper() + ("…" if param.nargs == -1 else "")
    names = " / ".join([*param.opts, *param.secondary_opts])
    return names if param.is_flag else f"{names} {kind_of(param)}"


def written(param: Any) -> str:
    """Its part of the usage line; in brackets what may be left out."""
    return form(param) if param.required else f"[{form(param)}]"


def kind_of(param: Any) -> str:
    """The choices of an option, or the kind of its value."""
    text = str(param.type_descriptor.annotation)
    if "Literal" in text:
        return text[text.index("[") + 1 : text.index("]")].replace("'", "").replace(", ", "|")
    return "N" if "int" in text else "PATH" if "Path" in text else "TEXT"


def default_of(param: Any, locale: str) -> str:
    """What holds where it is not given."""
    if param.required:
        return one_of(("必填", "must be given"), locale)
    if param.default in (None, False, (), []):
        return "–"
    return f"`{param.default}`"


def exit_codes(locale: str, home: Path) -> str:
    """The table of exit codes."""
    headers = [one_of(pair, locale) for pair in (("退出码", "exit code"), ("含义", "meaning"))]
    return table(headers, [(code, one_of(pair, locale)) for code, pair in EXIT_CODES.items()])


def texts() -> set[str]:
    """Every English text of the command line."""
    found = {command.help for _, command in all_commands()}
    return {
        text for text in found | {param.help for _, command in all_commands() for param in command.params if param.name != "help"} if text
    }
