"""`hedui demo`: a county of invented people as three real source databases, then its night and its month."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hedui import monthly, nightly, show, show_monthly
from vocabulary.runs import private_folder, write_private
from vocabulary.settings import Settings, source_variable

AS_OF, MONTH = date(2026, 10, 31), "2026-10"


def demo(births: int, seed: int, severity: str, *, as_json: bool, quiet: bool) -> int:
    """Build the county unless it stands, run its night and its month, say how well it did; return the night's exit code.

    The month waits for a person: nobody approves a return by asking for a demonstration.
    """
    wanted: dict[str, Any] = {"births": births, "seed": seed, "severity": severity, "as_of": AS_OF.isoformat()}
    home = home_for(Settings.from_environment().home, wanted)
    folder = home / "demo"
    if not quiet and not as_json:
        print(f"{home}: {births:,} births, seed {seed}, {severity}")
    environment = build_county(folder, wanted)
    os.environ.update({**environment, "HEDUI_HOME": str(home)})
    settings = replace(Settings.from_environment(), home=home)
    told = nightly.run_night(settings, AS_OF, quiet=quiet or as_json)
    month = monthly.run_month(settings, monthly.Wanted(MONTH), quiet=quiet or as_json) if not told["exit_code"] else None
    if as_json:
        print(json.dumps({**told, "truth": str(folder / "truth"), "month": month}, ensure_ascii=False))
        return int(told["exit_code"])
    show.night(told, settings)
    print(f"{sys.argv[0]} evaluate {told['folder']} {folder / 'truth'}")
    if month:
        show_monthly.show(month)
    return int(told["exit_code"])


def home_for(home: Path, wanted: dict[str, Any]) -> Path:
    """HEDUI_HOME itself for its first county; a folder below for another one, so that no county's state meets another's."""
    told = home / "demo" / "county.json"
    if not told.is_file() or json.loads(told.read_text(encoding="utf-8"))["wanted"] == wanted:
        return home
    return home / f"demo-{wanted['births']}-{wanted['seed']}-{wanted['severity']}"


def build_county(folder: Path, wanted: dict[str, Any]) -> dict[str, str]:
    """The environment that points hedui at the county; the county is made once for the same wish."""
    told = folder / "county.json"
    if not told.is_file():
        from demo import build

        private_folder(folder)
        county = build(
            folder, births=wanted["births"], seed=wanted["seed"], severity=wanted["severity"], as_of=date.fromisoformat(wanted["as_of"])
        )
        write_private(told, json.dumps({"wanted": wanted, "area": county.area}))
    sources = {source_variable(path.stem): f"sqlite:///{path}" for path in sorted(folder.glob("*.db"))}
    area = ",".join(json.loads(told.read_text(encoding="utf-8"))["area"])
    return {**sources, "HEDUI_AREAS": str(folder / "areas.csv"), "HEDUI_AREA": area}
