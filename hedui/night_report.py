"""`hedui night-report`: one night's page anew, in both languages, and where it lies."""

from __future__ import annotations

import json
from pathlib import Path

from vocabulary.errors import ConfigurationError, Fault, reader_locale
from vocabulary.settings import Settings
from watching import after
from watching.nights import newest_run
from watching.page import part

PAGE = ("运行报告（可离线打开和打印）", "Run report (opens offline, prints)")


def run(run_id: str | None, out: Path | None, *, as_json: bool) -> int:
    """Write the page, say where it lies and what passed a limit. Raises ConfigurationError for a night that is not here."""
    settings = Settings.from_environment()
    chosen = run_id or newest_run(settings)
    if chosen is None:
        raise ConfigurationError(Fault("run.unknown", "HEDUI_HOME"))
    path = after.write_page(settings, chosen, out)
    attention = part(after.compared(settings, chosen), reader_locale())["attention"]
    if as_json:
        print(json.dumps({"run_id": chosen, "page": str(path), "attention": attention}, ensure_ascii=False))
    else:
        print(f"{PAGE[0 if reader_locale() == 'zh' else 1]}: {path}")
        print("\n".join(attention), end="\n" if attention else "")
    return 0
