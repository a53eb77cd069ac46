"""Where the sample county's chance comes from: one seed, one independent stream for each purpose."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Chance:
    """A seed that is spent by purpose, so that a new mechanism leaves every other one as it was."""

    seed: int

    def stream(self, *purpose: str) -> np.random.Generator:
        """The generator of one purpose; the same purpose always begins anew."""
        return np.random.default_rng([abs(self.seed), zlib.crc32("/".join(purpose).encode("utf-8"))])


def pick(values: tuple[str, ...], size: int, rng: np.random.Generator, weights: NDArray[np.float64] | None = None) -> NDArray[np.object_]:
    """`size` values, drawn evenly or by weight."""
    shares = None if weights is None else weights / weights.sum()
    return np.array(values, dtype=object)[rng.choice(len(values), size=size, p=shares)]


def falling(count: int, power: float = 0.8) -> NDArray[np.float64]:
    """Weights that fall with the rank, as those of names do (Zipf)."""
    return 1.0 / np.arange(1, count + 1, dtype=np.float64) ** power
