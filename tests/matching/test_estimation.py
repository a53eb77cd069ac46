"""EM finds the shares that made the pairs, and never drifts where there is little to learn from."""

import json
from dataclasses import replace

import numpy as np
import pytest

from matching.estimate.em import estimate, refitted
from matching.estimate.patterns import Histogram, histogram_of, radix_of
from matching.estimate.weights import log_likelihoods, match_weight
from matching.model.files import model_path, read_spec
from matching.model.learned import Care, Model, match_belief, ordered
from matching.model.saved import model_document, read_model, write_model
from matching.pair_kinds import PairKinds
from vocabulary.errors import ConfigurationError

BIRTHS = read_spec(model_path("births"))
KIND = ("hospital", "hukou")


def kinds(records: int) -> PairKinds:
    return PairKinds((KIND,), (records,), (records * records,), np.array([[-1, 0], [0, -1]], dtype=np.int64))


def simulated(records: int, match_share: float, truth: dict[str, np.ndarray], missing: frozenset[str] = frozenset()) -> Histogram:
    """Pairs of one birth with known shares, and the strangers among all possible pairs, as a histogram."""
    rng = np.random.default_rng(20261031)
    model, matches = Model.prior(BIRTHS), int(records * match_share)
    strangers = min(200_000, records * records - matches)
    levels = np.empty((matches + strangers, len(BIRTHS.comparisons)), dtype=np.int64)
    for column, comparison in enumerate(BIRTHS.comparisons):
        match = truth.get(comparison.name, model.shared[comparison.name])
        levels[:matches, column] = rng.choice(len(match), matches, p=match)
        levels[matches:, column] = rng.choice(len(match), strangers, p=model.stranger[comparison.name])
        if comparison.name in missing:
            levels[:, column] = len(match)
    return histogram_of(np.zeros(len(levels), dtype=np.int64), levels @ radix_of(BIRTHS.comparisons), BIRTHS.comparisons)


def test_em_finds_the_shares_and_the_rate_that_made_the_pairs():
    truth = {
        "mother_name": np.array([0.74, 0.01, 0.06, 0.04, 0.03, 0.02, 0.005, 0.005, 0.01, 0.005, 0.005, 0.03, 0.01, 0.005, 0.025]),
        "born_on": np.array([0.83, 0.003, 0.07, 0.01, 0.027, 0.01, 0.03, 0.01, 0.004, 0.006]),
        "mother_id": np.array([0.80, 0.006, 0.044, 0.0490, 0.0005, 0.0005, 0.10]),
    }
    found = estimate(Model.prior(BIRTHS), kinds(6000), simulated(6000, 0.7, truth))
    for name, shares in truth.items():
        assert np.abs(found.match[KIND][name] - shares).max() < 0.03, name
    assert abs(found.rates[KIND][0] - 0.7) < 0.02


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
    found = estimate(Model.prior(BIRTHS), kinds(records), simulated(records, 0.85, {}, missing))
    for comparison in BIRTHS.comparisons:
        belief = match_belief(comparison)
        assert np.abs(found.match[KIND][comparison.name] - belief).max() < 0.2 if comparison.name in found.match[KIND] else True
    _, least, most = BIRTHS.beliefs.across["match"]
    assert least <= found.rates[KIND][0] <= most


def test_no_pair_at_all_is_no_error():
    nothing = np.zeros(0, dtype=np.int64)
    empty = histogram_of(nothing, nothing, BIRTHS.comparisons)
    assert estimate(Model.prior(BIRTHS), kinds(3), empty).rates[KIND][0] > 0


def test_a_stronger_level_is_never_worth_less_than_a_weaker_one():
    match, stranger = np.array([0.1, 0.6, 0.3]), np.array([0.01, 0.01, 0.98])
    ratio = ordered(match, stranger) / stranger
    assert (np.diff(ratio) <= 1e-12).all()


def test_a_field_that_is_missing_everywhere_moves_no_weight():
    model = Model.prior(BIRTHS)
    column = BIRTHS.place("father_id")
    levels = np.array([[0] * len(BIRTHS.comparisons)], dtype=np.int8)
    levels[0, column] = len(BIRTHS.comparisons[column].levels)
    without = replace(model, stranger=model.stranger | {"father_id": np.full(7, 1 / 7)})
    kind = np.zeros(1, dtype=np.int64)
    one, two = (match_weight(log_likelihoods(told, kinds(500), levels, kind)) for told in (model, without))
    assert one == pytest.approx(two)


@pytest.mark.parametrize("comparison", BIRTHS.comparisons, ids=lambda comparison: comparison.name)
def test_the_strongest_level_speaks_for_a_match_and_the_weakest_against(comparison):
    shares = Model.prior(BIRTHS).shares(KIND, comparison)
    ratio = shares[0] / shares[-1]
    assert ratio[0] >= ratio[-1]


def test_a_model_is_the_same_after_a_file(tmp_path):
    careless = Care(0.1, 4.0, ("mother_name", "born_on", "mother_id"))
    model = replace(estimate(Model.prior(BIRTHS), kinds(300), simulated(300, 0.8, {})), care=careless)
    again = read_model(write_model(model, tmp_path / "model.json"))
    assert model_document(again) == model_document(model)
    assert write_model(again, tmp_path / "again.json").read_bytes() == (tmp_path / "model.json").read_bytes()


def test_a_refit_from_the_histogram_takes_milliseconds_and_gives_the_same():
    model = estimate(Model.prior(BIRTHS), kinds(3000), simulated(3000, 0.8, {}))
    again = refitted(model, kinds(3000))
    for name, shares in model.shared.items():
        assert again.shared[name] == pytest.approx(shares, abs=1e-5)


def test_a_model_whose_shares_are_those_of_other_levels_is_refused_by_the_name_of_what_differs(tmp_path):
    path = write_model(Model.prior(BIRTHS), tmp_path / "model.json")
    told = json.loads(path.read_text())
    told["learned"]["shared"]["survival"].append(0.5)
    path.write_text(json.dumps(told))
    with pytest.raises(ConfigurationError) as refused:
        read_model(path)
    assert "survival" in refused.value.text("en")
