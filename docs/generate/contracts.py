"""Chapter of contracts: what each registry hands over, column by column, from vocabulary/registries."""

from __future__ import annotations

from pathlib import Path

from generate.tables import COLON, one_of, table
from vocabulary.contracts import Column, ColumnKind, Registry
from vocabulary.registries import REGISTRIES
from vocabulary.settings import source_variable
from vocabulary.wording import FIELDS, words

KINDS = {
    ColumnKind.TEXT: ("文本", "text"),
    ColumnKind.DAY: ("日期", "date"),
    ColumnKind.MOMENT: ("日期时间", "date and time"),
    ColumnKind.CODE: ("代码", "code"),
    ColumnKind.WHOLE: ("正整数", "whole number from 1"),
}
HEADERS = (
    ("列", "column"),
    ("名称", "name"),
    ("类型", "kind"),
    ("可否为空", "may be empty"),
    ("可识别的中文表头", "Chinese headers that are understood"),
)
FACTS = {
    "table": ("视图或表名", "view or table"),
    "key": ("主键", "key"),
    "variable": ("设置", "setting"),
    "file": ("文件名开头", "a file's name begins with"),
    "source": ("依据", "source"),
}


def chapter(locale: str, home: Path) -> str:
    """One section a registry."""
    return "\n".join(section(registry, locale) for registry in REGISTRIES.values())


def section(registry: Registry, locale: str) -> str:
    """Facts of a registry, then its columns."""
    facts = {
        "table": f"`{registry.table}`",
        "key": f"`{registry.key}`",
        "variable": f"`{source_variable(registry.name)}`",
        "file": f"`{registry.name}`, {registry.title_zh}",
        "source": registry.source,
    }
    told = "\n".join(f"- {one_of(FACTS[name], locale)}{one_of(COLON, locale)}{value}" for name, value in facts.items())
    rows = [row(registry, column, locale) for column in registry.columns]
    title = one_of((registry.title_zh, registry.title_en), locale)
    return f"## {title} `{registry.name}`\n\n{told}\n\n{table([one_of(each, locale) for each in HEADERS], rows)}"


def row(registry: Registry, column: Column, locale: str) -> tuple[str, str, str, str, str]:
    """A column's cells."""
    kind = one_of(KINDS[column.kind], locale)
    if column.codes:
        kind += one_of(COLON, locale) + ", ".join(f"`{code}` {column.codes.title(code, locale)}" for code in column.codes.codes)
    aliases = [header for header, name in registry.headers.items() if name == column.name]
    empty = one_of(("可空", "yes") if column.missing_ok else ("不可空", "no"), locale)
    field = next((name for name in registry.fields_of(column.name) if name in FIELDS), "")
    return f"`{column.name}`", words(FIELDS, field, locale) if field else "", kind, empty, "、".join(aliases)
