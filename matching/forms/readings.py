"""What else a column tells: an interim name its mother, a number its birth day and sex, several columns together a baby's place in its delivery.

A reading of one column works on its distinct values; a reading of several works on columns of codes. Null where nothing is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.arrays import Ints
from matching.forms.canonical import canonical_texts
from matching.forms.codes import whole_of
from matching.forms.kinds import SURVIVAL
from matching.forms.names import speaks_for_itself
from matching.forms.twins import order_in_name, twin_in_name
from matching.kernel.hashing import letters_of
from vocabulary.identity import examine
from vocabulary.names import is_missing, is_unnamed, mother_in_unnamed
from vocabulary.registries import CIVIL


def own_name(raw: pa.Array) -> pa.Array:
    """A child's own name; an interim name ('daughter of …') is none (domain.md 2.4 row 1)."""
    return canonical_texts(raw, speaks_for_itself, lambda name: None if is_unnamed(name) else name)


def any_name(raw: pa.Array) -> pa.Array:
    """A name, unless the words mean that there is none."""
    return canonical_texts(raw, speaks_for_itself, lambda name: None if is_missing(name) else name)


def mother_told(raw: pa.Array) -> pa.Array:
    """The mother whom an interim name tells: it is no evidence of the child's name, but of whose child it is."""
    return _of_odd(raw, mother_in_unnamed, pa.large_string())


def day_in_number(raw: pa.Array) -> pa.Array:
    """The birth day inside a sound identity number of 18 digits."""
    return pa.array([_examined(text)[0] for text in raw.to_pylist()], type=pa.date32())


def sex_in_number(raw: pa.Array) -> pa.Array:
    """The sex inside a sound identity number of 18 digits."""
    return pa.array([_examined(text)[1] for text in raw.to_pylist()], type=pa.string())


def _examined(text: str | None) -> tuple[object, str | None]:
    verdict = examine(text)
    sound = verdict.form == "18" and verdict.fault is None and verdict.born_on is not None
    return (verdict.born_on, verdict.sex) if sound else (None, None)


def _of_odd(raw: pa.Array, rule: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """A rule that tells nothing of plain names."""
    texts = raw.cast(pa.large_string())
    plain = pa.array(speaks_for_itself(*letters_of(texts)))
    odd = pc.if_else(plain, pa.scalar(None, texts.type), texts)
    return pa.array([None if text is None else rule(text) for text in odd.to_pylist()], type=kind)


def place_in_delivery(columns: Sequence[pa.DictionaryArray]) -> pa.Array:
    """Order and number of babies, from columns birth_order, plurality and child_name: what is stated, or what an interim name hints at.

    A name that marks a twin outweighs a stated 1. Coded `1 + 10 * order + babies`.
    """
    orders, babies = _small(columns[0]), _small(columns[1])
    hinted = _hint(columns[2], order_in_name)
    babies = np.where((babies == 1) & (_hint(columns[2], twin_in_name) > 0), 0, babies)
    stated = np.where(babies > 1, orders, 0)
    order = np.where(stated > 0, stated, np.where(babies == 1, 0, hinted))
    return pa.array(1 + 10 * order + babies, mask=(order == 0) & (babies == 0))


def _small(column: pa.DictionaryArray) -> Ints:
    """Whole numbers from 0 to 9, 0 where none is told."""
    told = np.array([min(max(whole_of(value), 0), 9) for value in column.dictionary.to_pylist()] + [0], dtype=np.int64)
    found: Ints = told[np.asarray(column.indices.fill_null(len(told) - 1))]
    return found


def _hint(column: pa.DictionaryArray, rule: Callable[[str], int]) -> Ints:
    told = np.append(np.asarray(_of_odd(column.dictionary, lambda name: int(rule(name)), pa.int64()).fill_null(0)), 0)
    found: Ints = told[np.asarray(column.indices.fill_null(len(told) - 1))]
    return found


def survival(columns: Sequence[pa.DictionaryArray]) -> pa.Array:
    """From columns vital_status and registry: a child is registered in a civil register, alive or dead in a health one."""
    status = {"alive": SURVIVAL["alive"], "died": SURVIVAL["died"]}
    told = np.array([status.get(str(value), 0) for value in columns[0].dictionary.to_pylist()] + [0], dtype=np.int64)
    told = told[np.asarray(columns[0].indices.fill_null(len(told) - 1))]
    civil = np.array([value in CIVIL for value in columns[1].dictionary.to_pylist()], dtype=bool)[np.asarray(columns[1].indices)]
    told = np.where(civil, SURVIVAL["registered"], told)
    return pa.array(told, mask=told == 0)


VALUE_READINGS = {reading.__name__: reading for reading in (own_name, any_name, mother_told, day_in_number, sex_in_number)}
RECORD_READINGS = {reading.__name__: reading for reading in (place_in_delivery, survival)}
