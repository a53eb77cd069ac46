"""Chapter of errors: every fault code in both languages, by stage, from vocabulary/faults."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from generate.tables import one_of, table
from vocabulary.errors import FAULT_FOLDER

HEADERS = (("代码", "code"), ("应为", "expected"), ("实为", "got"), ("如何处理", "what to do"))
STAGES = {
    "bulletin": ("月度简报", "bulletin"),
    "connectors": ("读取登记", "reading registries"),
    "disclosure": ("提供与发布", "disclosure and publishing"),
    "doctor": ("安装检查", "hedui doctor"),
    "exchange": ("交换文件", "exchange files"),
    "expectations": ("数据核验", "judging deliveries"),
    "hedui": ("命令与运行", "commands and runs"),
    "matching": ("匹配", "matching"),
    "monthly": ("月报表", "monthly return"),
    "portal": ("网页门户", "portal"),
    "profile": ("来源摸底", "hedui profile"),
    "registries": ("自备的登记来源", "registries of your own"),
    "reconciliation": ("核对与清单", "findings and worklists"),
    "sftp": ("从 SFTP 取数据", "deliveries by SFTP"),
    "sql": ("状态数据库", "state database"),
    "store": ("对象存储", "object store"),
    "submission": ("统计", "statistics"),
    "vocabulary": ("设置与词汇", "settings and words"),
    "watching": ("监测", "watching"),
}


def chapter(locale: str, home: Path) -> str:
    """One table a stage; the code leads to the runbook."""
    return "\n".join(section(path, locale) for path in sorted(FAULT_FOLDER.glob("*.toml")))


def section(path: Path, locale: str) -> str:
    """The faults of one stage. Placeholders are shown as …"""
    title = one_of(STAGES.get(path.stem, (path.stem, path.stem)), locale)
    rows = []
    for code, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
        told = [re.sub(r"\{\w+\}", "…", texts[locale][part]) for part in ("expected", "got", "todo")]
        rows.append((f"[`{code}`](../runbook.md#{re.sub(r'[^a-z0-9_]', '', code)})", *told))
    return f"## {title}\n\n{table([one_of(each, locale) for each in HEADERS], rows)}"
