"""What Splink is given of births: every form that hedui derives, by hedui's own encoder, as columns; and hedui's blocking keys as they are.

Characters of names stand one by one, with their sounds and the characters that look like them, because DuckDB measures texts in bytes: three to
a Han character.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
import pyarrow as pa

from matching.blocks import blocks_of
from matching.forms.book import Book
from matching.forms.characters import characters
from matching.forms.look_alikes import HIGHER, look_alikes
from matching.kernel.layout import NAME
from matching.model.spec import Part, Spec
from matching.model.splink_tables import values_of
from matching.records import Records

PLACES = (1, 2, 3, 4)
"""Of the characters of a Han name."""
MILK, PET = 0x1FFFFF, 31
"""Where matching.forms.names keeps the letter of a milk name, and whether a name is a pet name."""


def columns_of(records: Records, spec: Spec, named: dict[str, Part]) -> tuple[pa.Table, list[str]]:
    """The table for Splink, a row a record in the records' order, and the blocking rules on its columns."""
    columns: dict[str, pa.Array] = {
        "source_dataset": pa.array([records.registries[place] for place in records.registry]),
        "unique_id": records.record_id.cast(pa.string()),
    }
    columns["keeper"] = columns["source_dataset"]
    for column, (name, form) in named.items():
        columns[column] = values_of(records.book(name), spec.field(name).kind, form, records.column(name))
    letters = letters_of_names(records.books["name"])
    for one in spec.fields:
        codes = records.column(one.name)
        if one.kind == "name":
            columns |= {f"{one.name}_{column}": told.take(pa.array(codes, mask=codes < 0)) for column, told in letters.items()}
    keys, rules = blocking(records, spec)
    columns |= keys
    columns["babies_told"] = babies_told(columns)
    return pa.table(columns), rules


def blocking(records: Records, spec: Spec) -> tuple[dict[str, pa.Array], list[str]]:
    """The key columns of all rules (missing where too many share a key, as in hedui), and a rule of Splink's for each way they meet."""
    blocks = blocks_of(records, spec.rules)
    keys = {f"key_{number}": pa.array(key, mask=key == 0) for number, key in enumerate(blocks.keys.T, 1)}
    rules = []
    for route in blocks.routes:
        rules.append(f"l.key_{route.one} = r.key_{route.two}")
        if route.one != route.two:
            rules.append(f"l.key_{route.two} = r.key_{route.one}")
    return keys, rules


@cache
def alike() -> dict[int, list[int]]:
    """For each character those that look like it."""
    found: dict[int, list[int]] = {}
    pairs = look_alikes()
    for high, low in zip((pairs >> HIGHER).tolist(), (pairs & ((1 << HIGHER) - 1)).tolist(), strict=True):
        found.setdefault(high, []).append(low)
        found.setdefault(low, []).append(high)
    return found


def letters_of_names(book: Book) -> dict[str, pa.Array]:
    """Of each distinct name: characters, sounds and look-alikes by place; length; text; sounds as they are spelt; what a milk name says."""
    names = [one_name(book, value) for value in range(len(book))]
    kinds = {f"alike_{place}": pa.list_(pa.int64()) for place in PLACES} | {"text": pa.string(), "spelt": pa.string()}
    return {column: pa.array([name[column] for name in names], type=kinds.get(column, pa.int64())) for column in names[0]}


def one_name(book: Book, value: int) -> dict[str, object]:
    """The columns of one distinct name."""
    at = slice(int(book.starts[value]), int(book.starts[value + 1]))
    letters, sounds, shape = book.letters[at].tolist(), book.sounds[at].tolist(), int(book.forms[value, NAME.shape])
    milk = shape >> 10 & MILK
    told: dict[str, object] = {
        "length": len(letters),
        "text": "".join(map(chr, letters)),
        "spelt": " ".join(spelt(sound) for sound in sounds),
        "long": shape >> 8 & 1,
        "pet": shape >> PET & 1,
        "milk": milk or None,
        "milk_sound": sounds[1] if milk else None,
    }
    for place in PLACES:
        here = place <= len(letters)
        told |= {
            f"letter_{place}": letters[place - 1] if here else None,
            f"sound_{place}": sounds[place - 1] if here else None,
            f"alike_{place}": alike().get(letters[place - 1], []) if here else None,
        }
    return told


def spelt(sound: int) -> str:
    """A merged syllable in Latin letters; ASCII in any case, so that DuckDB's bytes are letters."""
    spelling = characters().spelling
    return "".join(chr(letter) for letter in spelling[sound] if letter) if 0 < sound < len(spelling) else f"{sound:x}"


def babies_told(columns: dict[str, pa.Array]) -> pa.Array:
    """How many babies a record's delivery had: as it says itself, else as a hospital's record of the same mother and month does."""
    wanted = ("mother_number_person", "mother_name_near", "father_name_near", "born_on_month", "place_in_delivery_babies")
    told = pd.DataFrame({name: columns[name].to_pandas() for name in wanted}).rename(columns={wanted[-1]: "babies"})
    stated = told[told["babies"] > 0]
    for keys in (["mother_number_person", "born_on_month"], ["mother_name_near", "father_name_near", "born_on_month"]):
        most = stated.dropna(subset=keys).groupby(keys)["babies"].max().rename("most")
        told["babies"] = told["babies"].fillna(told.join(most, on=keys)["most"])
    return pa.array(told["babies"].astype("Int64"), type=pa.int64())
