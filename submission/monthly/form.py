"""The form that the return is: header, columns, logical checks and texts, as `form.toml` says, with the installation's own header."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from vocabulary.errors import ConfigurationError, Fault
from vocabulary.settings import Settings

FORM = Path(__file__).with_name("form.toml")


@dataclass(frozen=True)
class FormColumn:
    """One column. `of`: numerator and denominator of a percentage; empty for a count."""

    number: int
    name: str
    zh: str
    en: str
    group: str | None = None
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """One logical check (审核关系) between columns of a line."""

    left: str
    relation: Literal["=", "<="]
    right: tuple[str, ...]

    def text(self) -> str:
        """As a form prints it, by column numbers: `1=2+3+4`."""
        numbers = {column.name: str(column.number) for column in columns()}
        return f"{numbers[self.left]}{self.relation.replace('<=', '≤')}{'+'.join(numbers[name] for name in self.right)}"


@cache
def told() -> dict[str, Any]:
    """The file."""
    return tomllib.loads(FORM.read_text(encoding="utf-8"))


@cache
def columns() -> tuple[FormColumn, ...]:
    """In the order of the form, numbered from 1."""
    return tuple(
        FormColumn(number, row["name"], row["zh"], row["en"], row.get("group"), tuple(row.get("of", ())))
        for number, row in enumerate(told()["column"], start=1)
    )


def counts() -> tuple[str, ...]:
    """Names of the columns that are counted; the others are computed from them."""
    return tuple(column.name for column in columns() if not column.of)


@cache
def checks() -> tuple[Check, ...]:
    """Every logical check."""
    return tuple(Check(row["left"], row["relation"], tuple(row["right"])) for row in told()["check"])


def texts(part: str = "texts") -> dict[str, Any]:
    """The form's own sentences."""
    found: dict[str, Any] = told()[part]
    return found


def header(settings: Settings) -> dict[str, str]:
    """The header of the form; what `form.toml` in HEDUI_HOME says wins. Raises ConfigurationError for one that cannot be read."""
    standard = {name: str(value) for name, value in told()["header"].items()}
    own = settings.home / "form.toml"
    if not own.is_file():
        return standard
    try:
        said = tomllib.loads(own.read_text(encoding="utf-8"))["header"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError):
        raise ConfigurationError(Fault("monthly.form", own.name, {"names": ", ".join(standard)})) from None
    if strangers := set(said) - set(standard):
        raise ConfigurationError(Fault("monthly.form", own.name, {"names": ", ".join(standard), "strangers": len(strangers)}))
    return standard | {name: str(value) for name, value in said.items()}
