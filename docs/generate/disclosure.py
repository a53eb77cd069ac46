"""Chapter of disclosure: who may see which columns of what, from reconciliation/disclosure.toml and portal/pages.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from generate.repository import ROOT
from generate.tables import codes, one_of, table
from generate.words import said
from vocabulary.wording import KINDS, words

HEADERS = (("发现", "finding"), ("范围", "whose facts"), ("可见的列", "columns that are seen"))


def scopes() -> dict[str, str]:
    """Scope -> what it means, from the table's own comments."""
    text = (ROOT / "reconciliation" / "disclosure.toml").read_text(encoding="utf-8")
    return dict(re.findall(r"^#     (\w+) {1,20}(\S.*)$", text, flags=re.MULTILINE))


def chapter(locale: str, home: Path) -> str:
    """One section a recipient, then what the scopes mean."""
    cells = tomllib.loads((ROOT / "reconciliation" / "disclosure.toml").read_text(encoding="utf-8"))
    parts = []
    for recipient, kinds in cells.items():
        rows = [(f"`{kind}` {words(KINDS, kind, locale)}", f"`{cell['scope']}`", codes(cell["columns"])) for kind, cell in kinds.items()]
        parts.append(
            f"## {said('disclosure', recipient, locale)} `{recipient}`\n\n{table([one_of(each, locale) for each in HEADERS], rows)}"
        )
    meanings = table(
        [one_of(("范围", "scope"), locale), one_of(("含义", "meaning"), locale)],
        [(f"`{scope}`", said("disclosure", meaning, locale)) for scope, meaning in scopes().items()],
    )
    return "\n".join([*parts, f"## {one_of(('范围的含义', 'What the scopes mean'), locale)}\n", meanings])


def texts() -> set[str]:
    """Every English text of this chapter."""
    cells = tomllib.loads((ROOT / "reconciliation" / "disclosure.toml").read_text(encoding="utf-8"))
    return {*cells, *scopes().values()}
