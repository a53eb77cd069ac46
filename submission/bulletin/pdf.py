"""The page as a PDF, by WeasyPrint: no browser, no network."""

from __future__ import annotations

from typing import Any

BLACK = "#000"


class NoPrinter(Exception):
    """A system library that WeasyPrint stands on is not there (Pango)."""


def pdf_of(html: str) -> bytes:
    """The PDF of a page that has everything in itself. Raises NoPrinter."""
    try:
        from weasyprint import HTML
    except OSError as problem:  # it loads Pango when it is imported
        raise NoPrinter from problem
    found: bytes = HTML(string=html.replace("currentColor", BLACK), url_fetcher=refuse).write_pdf()
    return found


def refuse(url: str, *_: Any, **__: Any) -> Any:
    """Nothing is fetched: a bulletin that asks for something from elsewhere is broken."""
    raise ValueError("a bulletin asks for nothing from elsewhere")
