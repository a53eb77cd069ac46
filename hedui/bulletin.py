"""`hedui bulletin`: the month's bulletin from its sealed return, as a page and a PDF."""

from __future__ import annotations

import json

from hedui.show import said
from submission.bulletin.publish import publish

WORDS = {"page": ("简报（可离线打开和打印）", "Bulletin (opens offline, prints)"), "pdf": ("PDF", "PDF")}


def run(month: str, audience: str, *, as_json: bool) -> int:
    """Write it and say where it lies; return the exit code. A missing PDF is told, and no failure."""
    told = publish(month, audience)
    if as_json:
        files = {
            kind: {locale: str(path) for locale, path in paths.items()} for kind, paths in (("pages", told.pages), ("pdfs", told.pdfs))
        }
        faults = [fault.told() for fault in told.faults]
        print(json.dumps({"return_id": told.return_id, "folder": str(told.folder), **files, "faults": faults}, ensure_ascii=False))
        return 0
    for kind, paths in (("page", told.pages), ("pdf", told.pdfs)):
        for path in paths.values():
            print(f"{said(WORDS[kind])}: {path}")
    for fault in told.faults:
        print(fault.text())
    return 0
