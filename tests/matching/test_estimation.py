"""EM finds the shares that made the pairs, and never drifts where there is little to learn from."""

from dataclasses import replace

import numpy as np
import pytest

from matching.comparisons import BIRTH_COMPARISONS
from matching.estimation import ACROSS_BOUNDS, Patterns, estimate, ordered
from matching.kinds import Kinds
from matching.model import MATCH, STRANGER, Model
from matching.weights import log_likelihoods, match_weight
from vocabulary.errors import ConfigurationError

KIND = ("hospital", "hukou")


def kinds(records: int) -> Kinds:
    return Kinds((KIND,), (records,), (records * records,), np.zeros((2, 2), dtype=np.int64), np.zeros(0, dtype=np.int64))


def simulated(records: int, match_share: float, truth: dict[str, np.ndarray], missing: frozenset[str] = frozenset()) -> Patterns:
    """Pairs of one birth with known shares, and the strangers among all possible pairs, as a histogram."""
    rng = np.random.default_rng(20261031)
    model, matches = Model.prior(), int(records * match_share)
    strangers = min(200_000, records * records - matches)
    levels = np.empty((matches + strangers, len(BIRTH_COMPARISONS)), dtype=np.int8)
    for column, comparison in enumerate(BIRTH_COMPARISONS):
        match = truth.get(comparison.name, model.shared[comparison.name])
        levels[:matches, column] = rng.choice(len(match), matches, p=match)
        levels[matches:, column] = rng.choice(len(match), strangers, p=model.stranger[comparison.name])
        if comparison.name in missing:
            levels[:, column] = len(match)
    return Patterns(np.zeros(len(levels), dtype=np.int64), levels, np.ones(len(levels), dtype=np.int64))


def test_em_finds_the_shares_and_the_rate_that_made_the_pairs():
    truth = {
        "mother_name": np.array([0.74, 0.01, 0.10, 0.03, 0.005, 0.065, 0.02, 0.03]),
        "born_on": np.array([0.83, 0.003, 0.07, 0.01, 0.027, 0.01, 0.03, 0.01, 0.004, 0.006]),
        "mother_id": np.array([0.80, 0.006, 0.044, 0.0495, 0.0005, 0.10]),
    }
    found = estimate(Model.prior(), kinds(6000), simulated(6000, 0.7, truth))
    for name, shares in truth.items():
        assert np.abs(found.match[KIND][name] - shares).max() < 0.03, name
    assert abs(found.rates[KIND][MATCH] - 0.7) < 0.02


@pytest.mark.parametrize(
    "missing",
    [
        frozenset(),
        frozenset({"mother_id", "father_id", "certificate_no"}),
        frozenset({"father_name", "child_name", "mother_id", "father_id"}),
    ],
)
@pytest.mark.parametrize("records", [20, 200])
def test_little_to_learn_from_leaves_the_beliefs_nearly_as_they_were(records, missing):
    found = estimate(Model.prior(), kinds(records), simulated(records, 0.85, {}, missing))
    for comparison in BIRTH_COMPARISONS:
        belief = np.array(comparison.match) / sum(comparison.match)
        assert np.abs(found.match[KIND][comparison.name] - belief).max() < 0.2 if comparison.name in found.match[KIND] else True
    assert ACROSS_BOUNDS[0][0] <= found.rates[KIND][MATCH] <= ACROSS_BOUNDS[0][1]


def test_no_pair_at_all_is_no_error():
    empty = Patterns(np.zeros(0, dtype=np.int64), np.zeros((0, len(BIRTH_COMPARISONS)), dtype=np.int8), np.zeros(0, dtype=np.int64))
    assert estimate(Model.prior(), kinds(3), empty).rates[KIND][MATCH] > 0


def test_a_stronger_level_is_never_worth_less_than_a_weaker_one():
    match, stranger = np.array([0.1, 0.6, 0.3]), np.array([0.01, 0.01, 0.98])
    ratio = ordered(match, stranger) / stranger
    assert (np.diff(ratio) <= 1e-12).all()


def test_a_field_that_is_missing_everywhere_moves_no_weight():
    model = Model.prior()
    column = [comparison.name for comparison in BIRTH_COMPARISONS].index("father_id")
    levels = np.array([[0] * len(BIRTH_COMPARISONS)], dtype=np.int8)
    levels[0, column] = len(BIRTH_COMPARISONS[column].levels)
    without = replace(model, stranger=model.stranger | {"father_id": np.full(6, 1 / 6)})
    kind = np.zeros(1, dtype=np.int64)
    one, two = (match_weight(log_likelihoods(told, kinds(500), levels, kind)) for told in (model, without))
    assert one == pytest.approx(two)


@pytest.mark.parametrize("comparison", BIRTH_COMPARISONS, ids=lambda comparison: comparison.name)
def test_beliefs_are_shares_of_every_level_from_strongest_to_weakest(comparison):
    for shares in (comparison.match, comparison.stranger, comparison.twin, comparison.sibling):
        assert not shares or (len(shares) == len(comparison.levels) and abs(sum(shares) - 1) < 0.02)
    shares = Model.prior().shares(KIND, comparison)
    ratio = shares[MATCH] / shares[STRANGER]
    assert ratio[0] >= ratio[-1]


def test_a_model_is_the_same_after_a_file(tmp_path):
    model = estimate(Model.prior(), kinds(300), simulated(300, 0.8, {}))
    again = Model.read(model.write(tmp_path / "model.json"))
    assert again.as_record() == model.as_record()
    assert again.write(tmp_path / "again.json").read_bytes() == (tmp_path / "model.json").read_bytes()


def test_a_model_for_other_levels_is_refused_by_the_name_of_what_differs(tmp_path):
    path = Model.prior().write(tmp_path / "model.json")
    with pytest.raises(ConfigurationError) as refused:
        Model.read(path, BIRTH_COMPARISONS[:-1])
    assert "survival" in refused.value.text("en")
