"""Data Docs for engineers: Great Expectations' own pages, one a registry, rendered from results that hold no value.

Rendered page by page and not as a site: a site copies 4 MB of pictures into every night's folder. And its pages load styles and
scripts from public networks, which a closed network does not have and which would tell them each view: those tags are cut out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Final

from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView

from expectations.examination import Examination
from vocabulary.runs import private_folder, write_private

NETWORK: Final = re.compile(
    r"<script\b[^>]*\bsrc=[^>]*>\s*</script>|<link\b[^>]*\bhref=[^>]*>|<img\b[^>]*\bsrc=[\"']?(?:https?:)?//[^>]*>", re.IGNORECASE
)
SCRIPT: Final = re.compile(r"<script\b.*?</script>", re.IGNORECASE | re.DOTALL)
REMOTE_STYLE: Final = re.compile(r"@import[^;]*;|url\(\s*[\"']?(?:https?:)?//[^)]*\)", re.IGNORECASE)
STYLE: Final = (
    "<style>body{font:14px/1.5 sans-serif;margin:2rem}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #bbb;padding:.3rem .5rem;vertical-align:top;text-align:left}"
    # The icons come from a font that is not loaded: words take their place.
    "td i.text-success::before{content:'holds'}td i.text-danger::before,td i.text-warning::before{content:'fails'}</style>"
)


def write_data_docs(examinations: Mapping[str, Examination], folder: Path) -> None:
    """`<registry>.html` and an index, in a private folder."""
    private_folder(folder)
    for name, examination in examinations.items():
        write_private(folder / f"{name}.html", page_of(examination))
    links = "".join(f'<li><a href="{escape(name)}.html">{escape(name)}</a></li>' for name in examinations)
    index = f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Data Docs</title>{STYLE}<h1>Data Docs</h1><ul>{links}</ul></html>"
    write_private(folder / "index.html", index)


def page_of(examination: Examination) -> str:
    """One registry's page, which loads nothing from anywhere."""
    document = ValidationResultsPageRenderer().render(examination.result)
    page: str = DefaultJinjaPageView().render(document, template="page_minimal.j2")
    for loaded in (NETWORK, SCRIPT, REMOTE_STYLE):
        page = loaded.sub("", page)
    return page.replace("</head>", f"{STYLE}</head>", 1)
