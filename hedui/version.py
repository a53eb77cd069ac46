"""`hedui --version`: what to name when something is asked or reported."""

from __future__ import annotations

import hashlib
import platform

import typer

from vocabulary.version import Code, code, version_of

DIGITS = 12


def said_of(told: Code) -> str:
    """The commit, and whether the code is what that commit holds."""
    return f"{told.commit}{' (changed since)' if told.dirty else ''}"


def model_digest() -> str:
    """The model of births that is installed, by its content."""
    from matching.model.files import model_path

    return hashlib.sha256(model_path("births").read_bytes()).hexdigest()[:DIGITS]


def lines() -> list[str]:
    """One fact a line, the same words in every language, so that they can be searched for."""
    told = code()
    return [
        f"hedui {told.version}",
        f"commit {said_of(told)}",
        f"Python {platform.python_version()}",
        f"Airflow {version_of('apache-airflow')}",
        f"model births {model_digest()}",
    ]


def print_and_leave(wanted: bool) -> None:
    """Typer's callback of the option."""
    if wanted:
        print("\n".join(lines()))
        raise typer.Exit
