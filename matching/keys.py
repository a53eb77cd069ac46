"""What two records may share, as integers: a function of a column that gives a key per row, -1 for none.

Each works on distinct values. A key with several readings (a lunar date) gives a column per reading.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd

from matching.days import EPOCH, NO_DAY, DayDictionary
from matching.dictionary import NOTHING, Ints
from matching.encoding import day_numbers
from matching.names import PLAIN_HAN, blurred, key_of, simplified, syllable
from vocabulary.areas import trimmed
from vocabulary.identity import normalise, upgrade
from vocabulary.names import DOT, tidy


def whole(column: pd.Series) -> Ints:
    """The value itself."""
    return _by_text(column, str)


def number(column: pd.Series) -> Ints:
    """An identity or certificate number in its normal form; an old one as its 18-digit form."""
    return _by_text(column, _person)


def number_head(column: pd.Series) -> Ints:
    """The first fourteen characters: county and birth date, which a slip in the sequence or a spreadsheet leaves whole."""
    return _by_text(column, _head)


def number_tail(column: pd.Series) -> Ints:
    """The last eight characters, which a slip in the county or the year leaves whole."""
    return _by_text(column, _tail)


def sound(column: pd.Series) -> Ints:
    """Blurred toneless pinyin of the whole name."""
    return _by_text(column, _sound)


def given_sound(column: pd.Series) -> Ints:
    """Blurred pinyin of a name of three or more characters without its first: children change surname, mothers do not."""
    return _by_text(column, _given_sound)


def first_sound(column: pd.Series) -> Ints:
    """Blurred pinyin of a name's first part: what is left where a second part was cut off, dropped or added."""
    return _by_text(column, _first_sound)


def day(column: pd.Series) -> Ints:
    """The day."""
    days = day_numbers(column)
    return np.where(days == NO_DAY, NOTHING, days)


def month(column: pd.Series) -> Ints:
    """Year and month."""
    days = day_numbers(column)
    return np.where(days == NO_DAY, NOTHING, _months(days))


def lunar_day(column: pd.Series) -> Ints:
    """The days that are meant if the date was written by the lunar calendar; a column per reading."""
    days = day_numbers(column)
    book = DayDictionary(days)
    readings = np.full((len(days), book.readings.shape[1]), NOTHING, dtype=np.int64)
    known = days != NO_DAY
    found = book.readings[book.rows(days[known])]
    readings[known] = np.where(found == NO_DAY, NOTHING, found)
    return readings


def township(column: pd.Series) -> Ints:
    """The first nine digits of a division code."""
    return _by_text(column, _township)


def _months(days: Ints) -> Ints:
    distinct, inverse = np.unique(days, return_inverse=True)
    months = [0 if number == NO_DAY else _month_of(EPOCH + timedelta(days=int(number))) for number in distinct]
    return np.array(months, dtype=np.int64)[inverse]


def _month_of(day_of: date) -> int:
    return day_of.year * 12 + day_of.month


def _person(text: str) -> str | None:
    plain = normalise(text)
    return upgrade(plain) if plain and len(plain) == 15 and plain.isdigit() else plain


def _head(text: str) -> str | None:
    head = (_person(text) or "")[:14]
    return head if len(head) == 14 else None


def _tail(text: str) -> str | None:
    tail = (_person(text) or "")[-8:]
    return tail if len(tail) == 8 and not tail.endswith("000") else None


def _township(code: str) -> str | None:
    return code[:9] if len(trimmed(code)) >= 9 else None


def _sound(name: str, start: int = 0) -> str | None:
    key = key_of(name)
    return "".join(blurred(syllable(letter)) for letter in simplified(key)[start:]) if key else None


def _first_sound(name: str) -> str | None:
    return _sound(name if PLAIN_HAN.fullmatch(name) else (tidy(name) or "").split(DOT)[0])


def _given_sound(name: str) -> str | None:
    return _sound(name, 1) if len(key_of(name)) >= 3 else None


def _by_text(column: pd.Series, rule: Callable[[str], str | None]) -> Ints:
    """Codes of a function of the text, worked out per distinct value, and once for all rules that use it on one dictionary."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        codes, values = pd.factorize(column.astype(object), use_na_sentinel=True)
        return _spread(codes.astype(np.int64), _derived(pd.Index(values), rule))
    values = column.cat.categories
    if rule not in _LAST or _LAST[rule][0] is not values:
        _LAST[rule] = (values, _derived(values, rule))
    return _spread(column.cat.codes.to_numpy().astype(np.int64), _LAST[rule][1])


_LAST: dict[Callable[[str], str | None], tuple[pd.Index, Ints]] = {}


def _derived(values: pd.Index, rule: Callable[[str], str | None]) -> Ints:
    return pd.factorize(pd.Series([rule(str(value)) for value in values], dtype=object), use_na_sentinel=True)[0].astype(np.int64)


def _spread(codes: Ints, derived: Ints) -> Ints:
    return np.where(codes < 0, NOTHING, np.append(derived, NOTHING)[codes])


KEYS: dict[str, Callable[[pd.Series], Ints]] = {
    "whole": whole,
    "number": number,
    "number_head": number_head,
    "number_tail": number_tail,
    "sound": sound,
    "given_sound": given_sound,
    "first_sound": first_sound,
    "day": day,
    "month": month,
    "lunar_day": lunar_day,
    "township": township,
}
