"""Front door: the report of one linking as a single HTML page that needs no network and no script, with the same charts as PNG beside it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from matching.report import numbers, sections, truth_sections
from matching.report.drawing import Picture
from matching.report.evidence import Evidence
from matching.report.words import Words
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.runs import private_folder, write_private

PAGE = "report.html"


@dataclass(frozen=True)
class Written:
    """Where the page lies, the charts beside it, and the table of error parity where there was a truth."""

    page: Path
    charts: tuple[Path, ...]
    parity: pd.DataFrame | None


def report(evidence: Evidence, out: Path, locale: str, row: int | None = None) -> Written:
    """Write the page and its charts. `row`: the pair of the waterfall, as a row of pair.parquet, the first being 0.

    Raises ConfigurationError for a row that is not there, or tables that are not those of the run.
    """
    if row is not None and not 0 <= row < len(evidence.pairs):
        raise ConfigurationError(Fault("report.pair_missing", "--pair", {"pairs": len(evidence.pairs)}))
    words = Words(locale, births=evidence.model.spec.name == "births")
    page = page_of(evidence, words, row)
    html = rendered(page, evidence, words)
    if not out.is_dir():
        private_folder(out)
    charts = tuple(write_private(out / f"{picture.name}.png", picture.png) for picture in sections.pictures_of(page))
    return Written(write_private(out / PAGE, html), charts, None if page["parity"] is None else page["parity"]["table"])


def page_of(evidence: Evidence, words: Words, row: int | None) -> dict[str, Any]:
    """Every section, None for one of which nothing can be said."""
    return {
        "summary": sections.summary(evidence, words),
        "quality": truth_sections.quality(evidence, words),
        "weights": sections.weights(evidence, words),
        "waterfall": sections.waterfall(evidence, row, words),
        "scores": sections.scores(evidence, words) if len(evidence.pairs) else None,
        "rules": truth_sections.blocking(evidence, words),
        "reliability": truth_sections.reliable(evidence, words),
        "parity": truth_sections.equal_error(evidence, words),
    }


def rendered(page: Mapping[str, Any], evidence: Evidence, words: Words) -> str:
    """The page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["count"] = numbers.count
    environment.globals |= {"t": words, "image": image, "language": "zh-CN" if words.locale == "zh" else "en"}
    head = {"name": evidence.name, "as_of": evidence.as_of, "model": evidence.model.spec.name, "has_truth": evidence.truth is not None}
    return environment.get_template(PAGE).render(page=page, head=head)


def image(picture: Picture) -> str:
    """The chart inside the page: as an image of its own, so that the ids of two charts cannot meet."""
    return f"data:image/svg+xml;base64,{base64.b64encode(picture.svg).decode('ascii')}"
