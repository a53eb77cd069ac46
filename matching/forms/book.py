"""A book holds the distinct values of one kind of field, and what is derived of each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from matching.arrays import Ints, Letters

NO_LETTERS = np.zeros(0, dtype=np.uint32)


@dataclass(frozen=True)
class Book:
    """Grain: one distinct value. `forms`: a row a value, a column a derived form (0: it has none); the kernel takes the first `width`. Letters of value v: `letters[starts[v]:starts[v+1]]`.

    `sounds` runs beside `letters` where the kind has sounds. Equal forms are equal integers in every process (matching.kernel.hashing).
    """

    forms: Ints
    width: int
    letters: Letters = field(default_factory=NO_LETTERS.copy)
    starts: Ints = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    sounds: Letters = field(default_factory=NO_LETTERS.copy)

    def __len__(self) -> int:
        return len(self.forms)


@dataclass(frozen=True)
class Kind:
    """A kind of value: how it is written once and for all, what is derived of it, and what can be asked of two.

    `canonical`: distinct raw values -> values as they are compared (null: nothing can be compared). `derive`: canonical values -> book.
    `forms`: columns of the book by name, several for a form with several readings; the first is the value itself. `tests`: operations by name.
    `words`: codes that a model may write as words. `signature`: the column that says at once that no test can hold, if there is one.
    `further`: forms and tests that take time to derive, and how; done for models that name them.
    """

    name: str
    canonical: Callable[[pa.Array], pa.Array]
    derive: Callable[[pa.Array], Book]
    forms: Mapping[str, tuple[int, ...]]
    tests: Mapping[str, int]
    words: Mapping[str, int] = field(default_factory=dict)
    signature: int = -1
    further: Mapping[str, Callable[[Book, pa.Array], Book]] = field(default_factory=dict)
