"""The population stability index against hand-worked numbers, and that chance alone seldom passes its limit."""

from __future__ import annotations

import numpy as np
import pytest

from watching.drift import Verdict, drift, share_drift


def test_psi_is_what_its_definition_gives():
    # (0.5 - 0.25) ln(0.5 / 0.25) + (0.5 - 0.75) ln(0.5 / 0.75), of counts so large that the halves added to them do not show.
    assert drift((5e6, 5e6), (2.5e6, 7.5e6)).psi == pytest.approx(0.25 * np.log(2) - 0.25 * np.log(2 / 3), abs=1e-5)


@pytest.mark.parametrize(
    ("have", "rows", "usual", "verdict"),
    [
        (950, 1000, 0.95, Verdict.STEADY),
        (930, 1000, 0.95, Verdict.STEADY),
        (870, 1000, 0.96, Verdict.LOOK),
        (600, 1000, 0.92, Verdict.MOVED),
        (0, 1000, 0.95, Verdict.MOVED),
        (6, 10, 0.92, Verdict.STEADY),  # of ten records nobody can tell
        (0, 0, 0.95, Verdict.STEADY),
    ],
)  # fmt: skip
def test_a_share_moves_where_its_limit_is_passed_and_chance_would_not_do_it(have, rows, usual, verdict):
    assert share_drift(have, rows, usual, rows).verdict == verdict


def test_without_drift_chance_passes_its_limit_once_in_a_hundred():
    random = np.random.default_rng(1)
    shares = (0.6, 0.2, 0.1, 0.1)
    told = [drift(random.multinomial(400, shares), random.multinomial(400, shares)) for _ in range(4000)]
    assert 0.004 < np.mean([one.psi > one.chance for one in told]) < 0.02


def test_nothing_on_one_side_is_no_drift():
    assert drift((0, 0), (5, 5)).verdict == Verdict.STEADY
