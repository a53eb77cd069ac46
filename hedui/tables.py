"""Tables for linking, from files or databases: only the columns that a model reads, each table a registry named by its stem."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from matching.model.spec import Spec
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.settings import Secret

DATABASE = re.compile(r"(?P<url>(?:\w+(?:\+\w+)?://|env:).*)#(?P<table>[\w.]+)")
TEXT_FILES = (".csv", ".tsv", ".txt")
ENCODINGS = ("utf-8", "gb18030")


def read_tables(told: Sequence[str], spec: Spec, key: str | None = None) -> tuple[pa.Table, int]:
    """All tables as one, with columns registry and record_id; and the bytes of the files read.

    A table is a Parquet or text file (CSV, TSV, also compressed), or `URL#table` of a database (`env:NAME#table` where the URL stands in the
    environment). Raises ConfigurationError with every fault at once.
    """
    names = [stem_of(one) for one in told]
    faults = [Fault("link.stem_twice", name) for name in sorted({name for name in names if names.count(name) > 1})]
    parts, size = [], 0
    for one, name in zip(told, names, strict=True):
        try:
            part, read = read_one(one, spec, key)
            parts.append(part.append_column("registry", pa.repeat(name, part.num_rows).dictionary_encode()))
            size += read
        except ConfigurationError as refused:
            faults += refused.faults
    if faults:
        raise ConfigurationError(faults)
    return pa.concat_tables(parts, promote_options="permissive"), size


def stem_of(told: str) -> str:
    """The registry's name: a file's name without its endings, or the table's."""
    found = DATABASE.fullmatch(told)
    return found["table"].rpartition(".")[2] if found else Path(told).name.split(".")[0]


def read_one(told: str, spec: Spec, key: str | None) -> tuple[pa.Table, int]:
    """One table with `record_id`, and the bytes of its file."""
    wanted = key or spec.key
    columns = [wanted, *(column for column in spec.columns if column not in ("registry", wanted))]
    found = DATABASE.fullmatch(told)
    if found:
        from sql.outside import read_table

        table, size = read_table(Secret(_url(found["url"])), found["table"], columns), 0
    else:
        path = Path(told)
        if not path.is_file():
            raise ConfigurationError(Fault("link.file_missing", path.name))
        table, size = read_file(path, columns), path.stat().st_size
    if wanted not in table.column_names:
        raise ConfigurationError(Fault("link.key_missing", stem_of(told), {"key": wanted}))
    if not set(table.column_names) - {wanted}:
        raise ConfigurationError(Fault("link.columns_missing", stem_of(told), {"columns": ", ".join(spec.columns)}))
    ids = table[wanted]
    if ids.null_count:
        raise ConfigurationError(Fault("link.key_empty", stem_of(told), {"count": ids.null_count}))
    kept = table.drop_columns([wanted]) if wanted not in spec.columns else table
    return kept.append_column("record_id", ids.cast(pa.large_string())), size


def _url(told: str) -> str:
    if not told.startswith("env:"):
        return told
    name = told.removeprefix("env:")
    if name not in os.environ:
        raise ConfigurationError(Fault("link.environment", name))
    return os.environ[name]


def read_file(path: Path, columns: Sequence[str]) -> pa.Table:
    """The columns that a file has of those asked for. Texts of a Parquet file come as dictionaries, as they are stored."""
    if any(ending in TEXT_FILES for ending in path.suffixes):
        return read_text(path, columns)
    try:
        schema = pq.read_schema(path)
        there = [column for column in columns if column in schema.names]
        texts = [
            name for name in there[1:] if pa.types.is_string(schema.field(name).type) or pa.types.is_large_string(schema.field(name).type)
        ]
        return pq.read_table(path, columns=there, read_dictionary=texts)
    except (pa.ArrowInvalid, OSError):
        raise ConfigurationError(Fault("link.file_unreadable", path.name)) from None


def read_text(path: Path, columns: Sequence[str]) -> pa.Table:
    """A text file in UTF-8 or GB18030, its cells as they are written; an empty one is missing."""
    from pyarrow import csv

    delimiter = "\t" if ".tsv" in path.suffixes else ","
    for encoding in ENCODINGS:
        try:
            header = _header(path, encoding, delimiter)
            there = [column for column in columns if column in header]
            return csv.read_csv(
                path,
                read_options=csv.ReadOptions(encoding=encoding),
                parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
                convert_options=csv.ConvertOptions(
                    include_columns=there, column_types=dict.fromkeys(there, pa.string()), strings_can_be_null=True, null_values=[""]
                ),
            )
        except (pa.ArrowInvalid, UnicodeError):
            continue
    raise ConfigurationError(Fault("link.file_unreadable", path.name))


def _header(path: Path, encoding: str, delimiter: str) -> list[str]:
    """The names in the first line."""
    from pyarrow import csv

    options = csv.ReadOptions(encoding=encoding, block_size=1 << 20)
    with csv.open_csv(path, read_options=options, parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)) as reader:
        return list(reader.schema.names)
