"""A base on disk: plain arrays that the next night maps into memory, and reads no more of than it touches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from matching.blocks import Crowds
from matching.changes.base import Base, one_piece
from matching.engine import Scored, Whole
from matching.estimate.frequencies import Frequencies
from matching.forms.book import Book
from matching.kernel.compiled import sources
from matching.model.saved import read_model, write_model
from matching.records import Records
from vocabulary.runs import private_folder, write_private

SOURCES = (".", "changes", "decide", "estimate", "forms", "kernel", "model")
"""What a base was made by: another version keys, codes, weighs or lays out otherwise."""
ARRAYS = ("keys", "component", "decided", "fingerprint", "first", "second")
OF_FOUND = ("first", "second", "pattern", "total")
OF_BOOK = ("forms", "letters", "starts", "sounds")
Told = dict[str, Any]


def write_base(base: Base, folder: Path) -> None:
    """Every part as a file of its own, private."""
    private_folder(folder)
    records, whole = base.records, base.whole
    arrays: dict[str, np.ndarray] = {name: getattr(base, name) for name in ARRAYS}
    arrays |= {f"found.{name}": getattr(base.found, name) for name in OF_FOUND}
    arrays |= {"registry": records.registry, "key": records.key, "codes": records.codes}
    arrays |= {f"book.{kind}.{name}": getattr(book, name) for kind, book in records.books.items() for name in OF_BOOK}
    for (field, column), (keys, many) in whole.frequencies.counts.items():
        arrays |= {f"seen.{field}.{column}": base.seen[field, column]}
        arrays |= {f"count.{field}.{column}.key": keys, f"count.{field}.{column}.many": many}
    crowds = [(crowd, keys) for crowd in whole.crowds or () for keys in crowd.keys]
    arrays |= {f"crowd.{place}": keys for place, (_, keys) in enumerate(crowds)}
    for name, values in arrays.items():
        np.save(_private(folder / f"{name}.npy"), values)
    for name, table in (("answer", base.answer), ("pair", base.pair), ("retired", pa.table({"id": base.retired}))):
        with pa.ipc.new_file(_private(folder / f"{name}.arrow"), table.schema) as file:
            file.write_table(one_piece(table))
    write_model(base.model, folder / "model.json")
    told = {
        "sources": sources(SOURCES),
        "registries": records.registries,
        "widths": {kind: book.width for kind, book in records.books.items()},
        "known": whole.frequencies.known,
        "counted": [list(key) for key in whole.frequencies.counts],
        "sizes": dict(whole.sizes),
        "crowds": [{"rule": crowd.rule, "way": crowd.way, "parts": len(crowd.keys)} for crowd in whole.crowds or ()],
    }
    write_private(folder / "base.json", json.dumps(told, ensure_ascii=False, indent=1))


def read_base(folder: Path) -> Base | None:
    """The base of a folder; None where there is none, or one that other sources than these wrote: then everything is linked anew."""
    path = folder / "base.json"
    told: Told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if told.get("sources") != sources(SOURCES):
        return None
    model = read_model(folder / "model.json")
    answer = _table(folder, "answer")
    books = {
        kind: Book(width=width, **{name: _array(folder, f"book.{kind}.{name}") for name in OF_BOOK})
        for kind, width in told["widths"].items()
    }
    records = Records(
        tuple(told["registries"]),
        _array(folder, "registry"),
        answer["record_id"].combine_chunks(),
        _array(folder, "key"),
        model.spec.fields,
        _array(folder, "codes"),
        books,
    )
    return Base(
        records=records,
        answer=answer,
        seen={(field, column): _array(folder, f"seen.{field}.{column}") for field, column in told["counted"]},
        found=Scored(
            _array(folder, "found.first"), _array(folder, "found.second"), _array(folder, "found.pattern"), _array(folder, "found.total")
        ),
        pair=_table(folder, "pair"),
        whole=_whole(folder, told),
        model=model,
        retired=_table(folder, "retired")["id"].combine_chunks(),
        **{name: _array(folder, name) for name in ARRAYS},
    )


def _whole(folder: Path, told: Told) -> Whole:
    counts = {
        (field, column): (_array(folder, f"count.{field}.{column}.key"), _array(folder, f"count.{field}.{column}.many"))
        for field, column in told["counted"]
    }
    crowds, at = [], 0
    for crowd in told["crowds"]:
        crowds.append(
            Crowds(crowd["rule"], crowd["way"], tuple(_array(folder, f"crowd.{place}") for place in range(at, at + crowd["parts"])))
        )
        at += crowd["parts"]
    return Whole(Frequencies(told["known"], {}, counts), told["sizes"], tuple(crowds))


def _array(folder: Path, name: str) -> np.ndarray:
    """Mapped into memory, where it holds anything."""
    told: np.ndarray = np.load(folder / f"{name}.npy", mmap_mode="r")
    return told


def _table(folder: Path, name: str) -> pa.Table:
    with pa.memory_map(str(folder / f"{name}.arrow")) as source:
        return pa.ipc.open_file(source).read_all()


def _private(path: Path) -> Path:
    path.touch(0o600)
    return path
