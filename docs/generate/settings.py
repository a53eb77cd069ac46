"""Chapter of settings: every variable that hedui reads, from `settings.toml`; a test holds it against the code."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from generate.tables import one_of, table

PARTS = {
    "installation": ("整套安装", "The installation"),
    "sources": ("登记来源", "The registries"),
    "night": ("夜间与监测", "Nights and watching"),
    "portal": ("网页门户", "The portal"),
    "airflow": ("Airflow", "Airflow"),
}
HEADERS = (("变量", "variable"), ("含义", "meaning"), ("不设置时", "without it"))


@cache
def all_settings() -> dict[str, dict[str, str]]:
    """Variable -> part, zh, en, without_zh, without_en."""
    return tomllib.loads(Path(__file__).with_name("settings.toml").read_text(encoding="utf-8"))


def chapter(locale: str, home: Path) -> str:
    """One table a part."""
    parts = []
    for part, title in PARTS.items():
        rows = [(f"`{name}`", told[locale], told[f"without_{locale}"]) for name, told in all_settings().items() if told["part"] == part]
        parts.append(f"## {one_of(title, locale)}\n\n{table([one_of(each, locale) for each in HEADERS], rows)}")
    return "\n".join(parts)
