"""The bulletin of a month that a person let out, from the registries to the page: of all that they hold, nobody is in it."""

from __future__ import annotations

import json

from hedui import bulletin, monthly
from vocabulary.registries import REGISTRIES
from vocabulary.settings import Settings

OCTOBER = "2026-10"


def test_a_sealed_month_becomes_a_bulletin_without_anybody_in_it(settled, capsys):
    county, _ = settled
    monthly.run_month(Settings.from_environment(county.environment), monthly.Wanted(OCTOBER, "某甲", "已逐条核实"), quiet=True)
    capsys.readouterr()
    assert bulletin.run(OCTOBER, "public", as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    folder = county.home / "bulletins" / f"{OCTOBER}-v1" / "public"
    pages = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
    assert sorted(pages) == ["bulletin.en.html", "bulletin.zh.html"]
    assert sorted(told["pdfs"]) == (["en", "zh"] if not told["faults"] else [])
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o600"}
    people = {
        str(value)
        for name in REGISTRIES
        for column, values in county.table(name).items()
        if column.endswith(("_name", "_id_number", "certificate_no")) or column == REGISTRIES[name].key
        for value in values.dropna()
        if len(str(value)) > 2
    }
    assert len(people) > 500
    assert not [one for one in people if any(one in text for text in pages.values())]
    assert bulletin.run(OCTOBER, "public", as_json=True) == 0
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")} == pages
