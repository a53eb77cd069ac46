"""Curves as they may be published: shares in steps that each stand for as many births as a count must have to be shown."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from submission.disclosure.audiences import Audience

FINEST = 0.01


def step_of(births: int, reader: Audience) -> float:
    """The step, in whole per cent: at least one, and no smaller than the smallest count that these readers are shown."""
    return max(FINEST, math.ceil(100 * reader.smallest_shown / births) / 100)


def rounded(curves: pd.DataFrame, reader: Audience) -> pd.DataFrame:
    """`curves` of `submission.quality.timeliness`, without how many were waited for: shares and lower ends rounded down, upper ends up.

    Rounded to the nearest, a share of 100 % would tell of fewer births than a step stands for. Units with too few births for five steps are left out.
    """
    told = curves[curves["births"] >= 5 * reader.smallest_shown].drop(columns="waiting").copy()
    step = told["births"].map(lambda births: step_of(int(births), reader))
    for name, whole in (("share", np.floor), ("low", np.floor), ("high", np.ceil)):
        told[name] = (whole((told[name] / step).round(9)) * step).clip(0, 1).round(2)
    return told.drop(columns="births")
