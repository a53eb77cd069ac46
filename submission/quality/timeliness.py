"""How many days from birth until a registry has it: a curve that counts births which are still waited for (right-censored).

Of registered births alone the curve would flatter: those not yet registered are the slow ones. Kaplan and Meier's estimate takes a birth as waiting for
as long as it was. The births are those that some registry knows; what none knows (coverage) would make every curve lower.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.duration.survfunc import SurvfuncRight

DAYS = (7, 30, 60, 90, 180, 365)
FEWEST = 50
"""Births; units with fewer are taken together (domain.md 3.4: nothing is compared under about 50)."""
OTHERS = "others"
Z = float(norm.ppf(0.975))


def curve(delays: pd.DataFrame, at: tuple[int, ...] = DAYS) -> pd.DataFrame:
    """One row a day of `at`: `day`, `births`, `waiting` (seen that long and not recorded by the day before), `share`, `low`, `high`.

    `delays`: `days`, `is_recorded`, a row a birth. Nothing is said (null) of days longer than any birth was waited for. Intervals of 95 %, on
    the complementary log-log scale, so that they stay between 0 and 1 (Collett 2003).
    """
    days, recorded = delays["days"].to_numpy(float), delays["is_recorded"].to_numpy(bool)
    longest = days.max() if len(days) else -1.0
    if not recorded.any():
        shares = [(0.0, 0.0, 1.0) if day <= longest else (np.nan,) * 3 for day in at]
    else:
        fitted = SurvfuncRight(days, recorded.astype(int))
        shares = [_share(fitted, day) if day <= longest else (np.nan,) * 3 for day in at]
    rows = [(day, len(days), int((days >= day).sum()), *share) for day, share in zip(at, shares, strict=True)]
    return pd.DataFrame(rows, columns=["day", "births", "waiting", "share", "low", "high"])


def curves(delays: pd.DataFrame, by: str, at: tuple[int, ...] = DAYS) -> pd.DataFrame:
    """`curve` of each unit (a column of `delays`), the column in front; units of fewer births than FEWEST together as OTHERS, or left out if still too few."""
    sizes = delays[by].map(delays[by].value_counts())
    unit = delays[by].astype(object).where(sizes >= FEWEST, OTHERS)
    parts = [curve(part, at).assign(**{by: name}) for name, part in delays.groupby(unit) if len(part) >= FEWEST]
    columns = [by, "day", "births", "waiting", "share", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _share(fitted: SurvfuncRight, day: int) -> tuple[float, float, float]:
    place = int(np.searchsorted(fitted.surv_times, day, side="right")) - 1
    if place < 0:
        return 0.0, 0.0, 1.0 - (0.05 / 2) ** (1 / max(int(fitted.n_risk[0]), 1))
    left, error = float(fitted.surv_prob[place]), float(fitted.surv_prob_se[place])
    if left <= 0 or not np.isfinite(error):
        return 1.0, (0.05 / 2) ** (1 / max(int(fitted.n_risk[0]), 1)), 1.0
    reach = np.exp(Z * error / (left * np.log(left))) if left < 1 else 1.0
    low, high = sorted((1 - left**reach, 1 - left ** (1 / reach)))
    return 1 - left, float(low), float(high)
