"""Rows in bulk: what goes in comes out, of every kind and with every kind of nothing, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from sql.database import engine_of
from sql.rows import insert_rows, read_table, update_rows
from vocabulary.settings import Settings

MOMENT = datetime(2026, 10, 31, 2, 0, 0, 123456, tzinfo=UTC)
AWKWARD = ["", "NULL", "\\N", "\\.", 'say "no", twice', "two\nlines", "tab\there", "阿依古丽·买买提", "𠮷", "  edge  ", ";--", "%s :name"]
THING = sa.Table(
    "thing",
    sa.MetaData(),
    sa.Column("thing_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(64), unique=True),
    sa.Column("words", sa.Text),
    sa.Column("count", sa.Integer),
    sa.Column("day", sa.Date),
    sa.Column("moment", sa.DateTime(timezone=True)),
    sa.Column("facts", sa.JSON(none_as_null=True)),
    sa.Column("stands", sa.Boolean),
)


@pytest.fixture
def connection(settings: Settings) -> Iterator[sa.Connection]:
    with engine_of(settings).begin() as opened:
        THING.create(opened)
        yield opened


def stored(connection: sa.Connection, name: str) -> list[object]:
    return connection.execute(sa.select(THING.c[name]).order_by(THING.c.thing_id)).scalars().all()


def test_awkward_texts_are_kept_to_the_letter_and_in_order(connection: sa.Connection) -> None:
    rows = pd.DataFrame({"key": [f"k{9 - number % 10}{number}" for number in range(len(AWKWARD))], "words": AWKWARD})
    insert_rows(connection, THING, rows)
    assert stored(connection, "words") == AWKWARD
    assert stored(connection, "key") == rows["key"].tolist()


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA, pd.NaT])
def test_every_kind_of_nothing_is_null(connection: sa.Connection, nothing: object) -> None:
    names = ["words", "count", "day", "moment", "facts"]
    insert_rows(connection, THING, pd.DataFrame([{"key": "k", **dict.fromkeys(names, nothing)}], dtype=object))
    query = sa.select(sa.func.count()).where(*(THING.c[name].is_(None) for name in names))
    assert connection.execute(query).scalar_one() == 1


@pytest.mark.parametrize(
    ("name", "values", "kept"),
    [
        ("count", pd.Series([30, None], dtype="Int64"), [30, None]),
        ("count", pd.Series([30.0, None]), [30, None]),
        ("count", pd.Series([2**31 - 1, -1]), [2**31 - 1, -1]),
        ("day", pd.Series([date(2026, 2, 28), None], dtype=object), [date(2026, 2, 28), None]),
        ("stands", pd.Series([False, None], dtype="boolean"), [False, None]),
        ("moment", pd.Series([MOMENT, pd.NaT], dtype=object), [MOMENT, None]),
        (
            "facts",
            pd.Series([{"名": ["a", 1, None], "x": {"y": 1.5}}, None], dtype=object),
            [{"名": ["a", 1, None], "x": {"y": 1.5}}, None],
        ),
        ("words", pd.Series(["a", None], dtype="string"), ["a", None]),
    ],
)
def test_values_keep_their_type(connection: sa.Connection, name: str, values: pd.Series, kept: list[object]) -> None:
    insert_rows(connection, THING, pd.DataFrame({"key": ["k1", "k2"], name: values}))
    told = [value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for value in stored(connection, name)]
    assert told == kept
    update_rows(connection, THING, "key", pd.DataFrame({"key": ["k1", "k2"], name: values[::-1].reset_index(drop=True)}))
    told = [value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for value in stored(connection, name)]
    assert told == kept[::-1]


def test_an_update_touches_its_keys_and_its_columns_only(connection: sa.Connection) -> None:
    insert_rows(connection, THING, pd.DataFrame({"key": ["a", "b", "c"], "words": ["x", "y", "z"]}), count=1, moment=MOMENT)
    update_rows(connection, THING, "key", pd.DataFrame({"key": ["c", "a", "new"], "words": [None, "X", "?"]}), count=2)
    told = read_table(connection, sa.select(THING.c.key, THING.c.words, THING.c.count).order_by(THING.c.key))
    assert told.to_numpy().tolist() == [["a", "X", 2], ["b", "y", 1], ["c", None, 2]]


def test_a_refused_copy_repeats_no_value(connection: sa.Connection) -> None:
    with pytest.raises(sa.exc.DBAPIError) as refused:
        insert_rows(connection, THING, pd.DataFrame({"key": ["canary\x00"], "words": ["canary"]}))
        insert_rows(connection, THING, pd.DataFrame({"key": ["canary\x00"]}))
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(("name", "value"), [("key", "canary" * 20), ("count", 990101199001010011)])
def test_a_value_that_postgresql_refuses_is_not_in_the_error(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    monkeypatch.setenv("HEDUI_DATABASE", postgres_url)
    with engine_of(Settings.from_environment()).begin() as opened:
        THING.create(opened)
        with pytest.raises(sa.exc.DBAPIError, match="COPY, 22") as refused:  # SQLite refuses neither
            insert_rows(opened, THING, pd.DataFrame({"key": ["k"]} | {name: [value]}))
    assert not [told for told in ("canary", "990101199001010011") if told in str(refused.value)]
