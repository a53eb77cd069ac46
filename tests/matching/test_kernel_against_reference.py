"""The kernel against plain-Python reference comparisons: identical levels on random and adversarial pairs."""

from random import Random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.features import LevelFeature, ModelFeature
from tests.matching.agreement import (
    COMPARISONS,
    EDITS,
    LIKENESSES,
    MODELS,
    NAMES,
    TESTS,
    TEXTS,
    agreed,
    all_with_all,
    alone,
    by_kernel,
    by_reference,
    of_comparison,
    of_tests,
    one_by_one,
)
from tests.matching.mistaken import VALUES, crowd, of, pairs, source_of

NEVER = {("twin", "plural")}
"""Levels that the kernel does not give: other records of the delivery tell them later."""
ATTEMPTS = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("told", TESTS)
@ATTEMPTS
@given(rng=st.randoms(use_true_random=False))
def test_each_test_holds_where_its_definition_does(told, rng):
    kind, source, tests = TESTS[told]
    agreed(one_by_one(kind, tests), *all_with_all(crowd(of("value", source), 18, rng)))


@pytest.mark.parametrize(("model", "name"), COMPARISONS)
@ATTEMPTS
@given(rng=st.randoms(use_true_random=False))
def test_each_comparison_of_a_model_gives_the_level_that_its_definition_does(model, name, rng):
    spec = alone(MODELS[model], name)
    agreed(spec, *all_with_all(crowd(source_of(spec, spec.comparisons[0]), 18, rng)))


@pytest.mark.parametrize(("kind", "tests"), [("name", NAMES), ("text", (*TEXTS, *EDITS)), ("text", LIKENESSES)])
@settings(ATTEMPTS, max_examples=60)
@given(
    values=st.lists(st.none() | st.text(max_size=8) | st.text(max_size=50) | st.text("𠮷吉王□·小 a", max_size=70), min_size=2, max_size=8)
)
def test_any_text_at_all_is_compared_as_its_definition_says(kind, tests, values):
    agreed(one_by_one(kind, tests), *all_with_all([{"value": value} for value in values]))


def told_often_enough(model, name, size, least):
    """Both agree on so many pairs, and every level occurs."""
    told = of_comparison(model, name, size).agreed()
    levels = MODELS[model].comparison(name).level_names
    rare = {level: told[name, level] for level in levels if told[name, level] < least and (name, level) not in NEVER}
    assert not rare, "levels that hardly occur"


@pytest.mark.parametrize(("model", "name"), COMPARISONS)
def test_thousands_of_pairs_have_the_same_levels(model, name):
    told_often_enough(model, name, 4_000, 5)


@pytest.mark.long
@pytest.mark.parametrize(("model", "name"), COMPARISONS)
def test_two_million_pairs_have_the_same_levels(model, name):
    told_often_enough(model, name, 90_000, 100)


@pytest.mark.long
@pytest.mark.parametrize("told", TESTS)
def test_twenty_thousand_pairs_of_every_kind_pass_the_same_tests(told):
    counts = of_tests(told, 20_000).agreed()
    assert min(counts[test, "holds"] for test in TESTS[told][2]) >= 10


@pytest.mark.parametrize(
    ("kind", "test", "one", "two", "told"),
    [
        ("text", "jaro_winkler 0.7", "0àab", "baàb", "holds"),  # à before a took a's place in the signature, and the bound was too tight
        ("text", "damerau 2", "22 high street", "high street 22", "not"),
        ("text", "same sound", "robert", "rupert", "holds"),  # forms that only blocking asked for were read from the next value
        ("name", "same given", "王梓涵", "李梓涵", "holds"),
        ("name", "same toned", "薴雨", "宁雨", "holds"),  # a surname was simplified twice
        ("name", "milk_name", "小□", "王□", "not"),
        ("name", "first_part", "□□", "泽王泽泽泽", "not"),
        ("name", "transliteration", "德吉·卡哈尔", "邓近·槛韩饿", "not"),  # told by an accident of hashes
        ("number", "swapped_digits", "990100198501010006", "990100198501010060", "holds"),
        ("day", "same month", "20250000", "20206000", "not"),  # the 60th month of 2020
        ("quantity", "within 1.001", "0", "1.001", "holds"),
        ("code", "same code", "4611686018427387905", "4611686018427387906", "not"),
        ("code", "same code", "inf", "1e30", "missing"),
    ],
)
def test_what_was_once_mistaken(kind, test, one, two, told):
    spec, sides = one_by_one(kind, (test,)), ([{"value": one}], [{"value": two}])
    assert agreed(spec, *sides) == agreed(spec, *sides[::-1]) == {(test, told): 1}


def test_features_of_recordlinkage_give_the_kernels_levels():
    spec = one_by_one("name", NAMES)
    left, right = pairs(of("value", VALUES["name"]), 500, Random(1))
    told = by_kernel(spec, left, right)
    columns = [pd.Series([record["value"] for record in records], dtype=object) for records in (left, right)]
    for place, test in enumerate(NAMES):
        feature = LevelFeature("value", "value", "name", (f"holds: {test}", "not"))
        assert feature._compute_vectorized(*columns).tolist() == told[:, place].tolist()
    whole = by_reference(
        alone(MODELS["births"], "father_name"), *([{"father_name": record["value"]} for record in side] for side in (left, right))
    )
    assert ModelFeature("father_name")._compute_vectorized(*columns).tolist() == whole[:, 0].tolist()
