"""A profile as one page in one language: opens without a network, prints on A4, fits a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from connectors.profiling.advice import advice, would_be_refused
from connectors.profiling.charts import pictures
from connectors.profiling.words import Words
from vocabulary.contracts import Registry

TEMPLATES = Path(__file__).parent / "templates"


def page(told: dict[str, Any], registry: Registry, locale: str) -> str:
    """The page of what `profile` told."""
    words = Words(locale, registry)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("profile.html").render(
        told=told,
        say=words,
        locale=locale,
        refused=would_be_refused(told),
        advice=advice(told, words),
        pictures=pictures(told, words),
    )
