"""`hedui profile URL|FILE`: a source that is to be connected for the first time, as a page of counts."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.profiling.advice import advice, would_be_refused
from connectors.profiling.page import page
from connectors.profiling.profile import Asked, profile
from connectors.profiling.words import Words
from connectors.sources import read_source, source_of
from hedui.show import said
from vocabulary.areas import Areas
from vocabulary.dates import today
from vocabulary.errors import ConfigurationError, Fault, reader_locale
from vocabulary.page_words import LOCALES
from vocabulary.registries import REGISTRIES
from vocabulary.runs import private_folder, write_private
from vocabulary.settings import Secret, Settings

FROM_ENVIRONMENT = "env:"
WORDS = {
    "page": ("网页（可离线打开和打印）", "Page (opens offline, prints)"),
    "taken": ("按约定可以接收", "a delivery like this would be taken"),
    "refused": ("这样的数据目前会被整批拒收", "a delivery like this would be refused"),
}


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for."""

    source: str
    registry: str | None = None
    out: Path | None = None


def run(wanted: Wanted, *, as_json: bool) -> int:
    """Read, count, write a page in each language; return the exit code. Raises as reading a source does."""
    settings = Settings.from_environment()
    asked = asked_of(wanted, settings)
    told = profile(asked, today())
    folder = wanted.out or kept_in(
        settings.home, wanted.source if "-" in wanted.source and settings.part(wanted.source) else told["registry"]
    )
    pages = write(told, folder)
    if as_json:
        print(json.dumps(told | {"refused": would_be_refused(told), "pages": [str(path) for path in pages]}, ensure_ascii=False))
    else:
        show(told, pages)
    return 0


def asked_of(wanted: Wanted, settings: Settings) -> Asked:
    """The source that was named; a county's part by its key, such as `hukou-990101`, is looked up where its nights look."""
    part = settings.part(wanted.source)
    areas = Areas.load(settings.areas_path)
    if part is not None and part.county:
        return Asked(source_of(settings, part.registry, county=part.county), part.registry, None, areas, (part.county,))
    address, table = parted(revealed(wanted.source))
    return Asked(read_source(Secret(address), "URL|FILE"), wanted.registry, table, areas, settings.area)


def kept_in(home: Path, registry: str) -> Path:
    """Where a registry's newest profile is kept; like everything there, for its owner only."""
    return private_folder(private_folder(private_folder(home) / "profiles") / registry)


def parted(address: str) -> tuple[str, str | None]:
    """`URL#view` as the two; a path may hold a # of its own."""
    url, _, table = address.partition("#") if "://" in address and not address.startswith("file:") else (address, "", "")
    return url, table or None


def revealed(text: str) -> str:
    """The address itself, or that of an environment variable: a password does not belong on a command line. Raises ConfigurationError."""
    if not text.startswith(FROM_ENVIRONMENT):
        return text
    name = text.removeprefix(FROM_ENVIRONMENT)
    if not os.environ.get(name):
        raise ConfigurationError(Fault("link.environment", name))
    return os.environ[name]


def write(told: dict[str, Any], folder: Path) -> list[Path]:
    """The pages and the counts behind them; an earlier profile there is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    registry = REGISTRIES[told["registry"]]
    write_private(folder / "profile.json", json.dumps(told, ensure_ascii=False, indent=1))
    return [write_private(folder / f"profile.{locale}.html", page(told, registry, locale)) for locale in LOCALES]


def show(told: dict[str, Any], pages: list[Path]) -> None:
    """Print what is to be done, and where the page lies."""
    locale = reader_locale()
    words = Words(locale, REGISTRIES[told["registry"]])
    verdict = said(WORDS["refused" if would_be_refused(told) else "taken"])
    print(f"{told['title'][locale]}  {words('page', 'rows')} {words.rows(told['rows'])}  {verdict}")
    for kind, sentence in advice(told, words):
        print(f"[{words('page', kind)}] {sentence}")
    print(f"{said(WORDS['page'])}: {pages[LOCALES.index(locale)]}")
