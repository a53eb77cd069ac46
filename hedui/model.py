"""`hedui export MODEL.json --to splink --out DIR [TABLE …]` and `hedui import SETTINGS.json [TABLE …] --out MODEL.toml`: models to and from Splink."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matching.model.files import as_document, model_path, read_document
from matching.model.learned import Model
from matching.model.saved import model_document, read_model
from matching.model.spec import Spec
from vocabulary.errors import reader_locale
from vocabulary.runs import private_folder, write_private

NOTES = {
    "comparison_left_out": ("{comparison}：Splink 可判定的等级不足两个，已略去。",
                            "{comparison}: left out, since Splink can ask for fewer than two of its levels."),
    "levels_joined": ("{comparison}：{levels} 在 SQL 中无法判定，其比例并入 {rest}。",
                      "{comparison}: SQL cannot ask for {levels}; their shares are added to {rest}, where their pairs fall."),
    "levels_left_out": ("{comparison}：{levels} 在 SQL 中无法判定，已略去，相应记录对不提供信息。",
                        "{comparison}: SQL cannot ask for {levels}; they are left out, and their pairs say nothing."),
    "level_told_elsewhere": ("{comparison}：{level} 由其他记录得知，单看一对记录无法判定，已略去。",
                             "{comparison}: {level} is left out, since other records tell it and no pair by itself does."),
    "classes_folded": ("类别 {classes} 按先验比例并入 u；Splink 无法凭一同相符的字段将其与匹配区分。",
                       "Classes {classes} are folded into u by their priors; fields that agree together in them count as if they did not."),
    "one_m": ("各对登记来源（{kinds} 种）共用一组 m，为其匹配的平均值；先验为全部记录对的比例。",
              "One m for all {kinds} pairs of registries, the mean over their matches; the prior is that of all pairs."),
    "bonds_left_out": ("{count} 组相关比对项按独立处理。", "{count} pairs of comparisons that err together count as independent."),
    "care_left_out": ("“粗心填写”的影响未计入：Splink 认为各项错误相互独立。",
                      "Careless forms are not accounted for: Splink takes errors to come one by one."),
    "rules_unbounded": ("Splink 的分组规则不限记录数；hedui 的上限为：{rules}。",
                        "Splink's rules meet all records of a key, however common; hedui stops at {rules}."),
    "bytes": ("DuckDB 按字节计算文本距离，非 ASCII 文字的结果与 hedui 不同。",
              "DuckDB measures texts in bytes: distances of other than ASCII letters differ from hedui's."),
}  # fmt: skip
WRITTEN = ("已写入 {path}", "Written: {path}")
LEARNED = {
    True: ("已训练", "has learnt"),
    False: ("未训练，可用 hedui train 或 hedui link 训练", "has not learnt yet: hedui train or hedui link teaches it"),
}


def said(words: tuple[str, str], **facts: object) -> str:
    """The words for the reader's locale."""
    return words[0 if reader_locale() == "zh" else 1].format(**facts)


def export(told: str, tables: Sequence[str], out: Path, key: str | None, *, as_json: bool) -> None:
    """Write settings.json, notes.txt and, for tables, derived.parquet. Raises ConfigurationError for a model that has not learnt."""
    from matching.model.splink import exported

    model = read_model(model_path(told))
    splink = exported(model)
    private_folder(out)
    paths = [write_private(out / "settings.json", json.dumps(splink.settings, ensure_ascii=False, indent=1))]
    notes = [said(NOTES[note.code], **note.facts) for note in splink.notes]
    paths.append(write_private(out / "notes.txt", "".join(f"{note}\n" for note in notes)))
    if tables:
        paths.append(write_derived(tables, model, out / "derived.parquet", key))
    if as_json:
        facts = [{"code": note.code, **note.facts} for note in splink.notes]
        print(json.dumps({"files": [str(path) for path in paths], "notes": facts}, ensure_ascii=False))
        return
    print("\n".join([*notes, *(said(WRITTEN, path=path) for path in paths)]))


def write_derived(tables: Sequence[str], model: Model, path: Path, key: str | None) -> Path:
    """The columns that the settings name, of all tables together."""
    import pyarrow.parquet as pq

    from hedui.tables import read_tables
    from matching.model.splink import derived_table

    table, _ = read_tables(tables, model.spec, key)
    pq.write_table(derived_table(table, model), path, compression="zstd", store_schema=False)
    path.chmod(0o600)
    return path


def bring_in(settings: Path, tables: Sequence[str], out: Path, key: str | None, *, as_json: bool) -> None:
    """Write the model that Splink's settings describe, as TOML or JSON by the file's ending. `tables`: those that Splink's prior speaks of.

    Raises ConfigurationError with every fault.
    """
    from matching.model.splink import from_splink

    told = read_document(model_path(str(settings)))
    found = from_splink(told, settings.stem)
    if tables:
        found = from_splink(told, settings.stem, sizes_of(tables, found.spec if isinstance(found, Model) else found, key))
    document = model_document(found) if isinstance(found, Model) else as_document(found)
    text = json.dumps(document, ensure_ascii=False, indent=1) if out.suffix == ".json" else toml_text(document)
    private_folder(out.parent) if not out.parent.exists() else None
    write_private(out, text)
    if as_json:
        print(json.dumps({"file": str(out), "learned": isinstance(found, Model)}, ensure_ascii=False))
        return
    print(f"{said(WRITTEN, path=out)} ({said(LEARNED[isinstance(found, Model)])})")


def sizes_of(tables: Sequence[str], spec: Spec, key: str | None) -> dict[str, int]:
    """Records by registry. Raises ConfigurationError."""
    from hedui.tables import read_tables

    counts = read_tables(tables, spec, key)[0]["registry"].combine_chunks().value_counts()
    return {one["values"].as_py(): one["counts"].as_py() for one in counts}


def toml_text(document: Mapping[str, Any]) -> str:
    """A model's document as TOML: single values first, then a table for each part that has names, a table of an array for each comparison and rule."""
    lines = [f"{key} = {toml_value(value)}" for key, value in document.items() if not isinstance(value, Mapping) and not _is_rows(value)]
    for key, value in document.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{key}]", *_pairs(value)]
        elif _is_rows(value):
            for row in value:
                lines += ["", f"[[{key}]]", *_pairs(row)]
    return "\n".join(lines) + "\n"


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{_name(key)} = {toml_value(value)}" for key, value in table.items() if value is not None]  # TOML has no word for none


def _name(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else json.dumps(key, ensure_ascii=False)


def toml_value(value: object) -> str:
    """One value on one line; a text of JSON is one of TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_pairs(value)) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)
