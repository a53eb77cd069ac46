"""Other tables that fit everything a reader was shown: as long as there is one in which a hidden count is small and one in which it is not, nobody can tell.

A deviation is such a table less the true one: whole numbers that keep every sum, are zero wherever the reader was shown the count, and take no quantity
below what it can be. Found as an integer linear programme (HiGHS), so that a reader who knows that births are whole numbers learns no more.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from submission.disclosure.knowledge import Floats, Mask

SECONDS = 20.0
"""For one programme; HiGHS needs thousandths for a county's table."""
INTEGRAL = 1e-6


def cheapest(sums: csr_array, room: Floats, movable: Mask, cost: Floats, moved: tuple[int, int]) -> Floats | None:
    """The deviation that moves one quantity so far (`moved`: which, how far) at the least cost of the others; None where there is none.

    `room`: how far each quantity can fall. `cost`: of moving a quantity by one, either way; those not `movable` stay.
    """
    place, amount = moved
    columns = np.flatnonzero(movable)
    part = sums[:, columns]
    part = part[np.diff(part.indptr) > 0]
    at = int(np.searchsorted(columns, place))
    fall = room[columns].copy()
    rise = np.full(len(columns), np.inf)
    least_rise, least_fall = np.zeros(len(columns)), np.zeros(len(columns))
    if amount > 0:
        least_rise[at] = rise[at] = amount
        fall[at] = 0
    else:
        if fall[at] < -amount:
            return None
        least_fall[at] = fall[at] = -amount
        rise[at] = 0
    bounds = Bounds(np.concatenate([least_rise, least_fall]), np.concatenate([rise, fall]))
    steps = _solved(np.concatenate([cost[columns], cost[columns]]), bounds, hstack([part, -part]).tocsr())
    if steps is None:
        return None
    whole = np.zeros(len(movable))
    whole[columns] = steps[: len(columns)] - steps[len(columns) :]
    return whole


def farthest(sums: csr_array, room: Floats, movable: Mask, moved: tuple[int, int]) -> int:
    """How far a quantity can move at all in a direction (`moved`: which, and how far it need not move beyond), in whole numbers, without sign."""
    place, amount = moved
    columns = np.flatnonzero(movable)
    at = int(np.searchsorted(columns, place))
    least, most = -room[columns], np.full(len(columns), np.inf)
    least[at], most[at] = max(least[at], min(amount, 0)), max(amount, 0)
    aim = np.zeros(len(columns))
    aim[at] = -np.sign(amount)
    part = sums[:, columns]
    found = milp(
        aim,
        integrality=np.ones(len(columns)),
        bounds=Bounds(least, most),
        constraints=LinearConstraint(part, 0, 0) if part.shape[0] else (),
    )
    return 0 if found.x is None else round(abs(found.x[at]))


def _solved(cost: Floats, bounds: Bounds, sums: csr_array) -> Floats | None:
    """The cheapest whole-numbered steps. A table of two dimensions has them at every corner of the programme, one of three nearly always."""
    for whole_numbers in (0, 1):
        found = milp(
            cost,
            integrality=np.full(len(cost), whole_numbers),
            bounds=bounds,
            constraints=LinearConstraint(sums, 0, 0) if sums.shape[0] else (),
            options={"time_limit": SECONDS},
        )
        if found.x is None:
            return None
        steps: Floats = np.round(found.x)
        if np.abs(found.x - steps).max() < INTEGRAL and not (sums @ steps).any():
            return steps
    return None


def holds(deviation: Floats, sums: csr_array, room: Floats, movable: Mask) -> bool:
    """Whether it is one: by arithmetic alone, whatever found it."""
    return bool(not deviation[~movable].any() and (deviation >= -room).all() and not (sums @ deviation).any())
