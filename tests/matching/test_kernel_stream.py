"""The stream against its definition: which pairs meet, that leaving early loses none that matters, and that threads change nothing."""

from dataclasses import replace
from itertools import combinations
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo import build
from matching.blocks import blocks_of
from matching.engine import effort_of, learnt, prepared, scored, sharpened, totalled
from matching.estimate.weights import bits, match_weight
from matching.estimate.worth import everything, worth_of
from matching.features import in_order, pairs_of
from matching.kernel.run import compared, streamed
from matching.model.files import model_path, parts_of_text, read_spec
from matching.model.learned import Model
from matching.model.spec import Field, Rule, Spec
from matching.records import read_records
from tests.matching import reference
from tests.matching.mistaken import VALUES, crowd, pairs, source_of, whole_records
from tests.matching.test_county import accepted

BITS = 1 / np.log(2)
MODELS = {name: read_spec(model_path(name)) for name in ("births", "febrl")}
COMPARISONS = [(model, one.name) for model, spec in MODELS.items() for one in spec.comparisons]
REGISTRIES = {"births": ("family_planning", "hospital", "hukou"), "febrl": ("a", "b")}
ATTEMPTS = settings(max_examples=30, deadline=None)
SEEDS = st.integers(0, 2**32 - 1)
"""Of whole tables: too many choices for Hypothesis to draw one by one."""


def small(spec, size, rng):
    """A small table, keyed by rules that leave nobody out; and its records in the order of the table that was keyed."""
    drawn = whole_records(spec, size, rng)
    for place, record in enumerate(drawn):
        record |= {"registry": rng.choice(REGISTRIES[spec.name]), "record_id": f"r{place}"}
    unlimited = replace(spec, rules=tuple(replace(rule, largest=10**6) for rule in spec.rules))
    ready = prepared(read_records(pd.DataFrame(drawn, dtype=object), unlimited), unlimited)
    return ready, [drawn[int(name[1:])] for name in ready.records.record_id.to_pylist()]


@pytest.fixture(scope="module", params=["normal", "hard"])
def county(request, tmp_path_factory):
    """Records of a demo county, keyed, and what a model learns from them."""
    built = build(tmp_path_factory.mktemp(request.param), 500, seed=31, severity=request.param)
    ready = prepared(read_records(accepted(built.databases), MODELS["births"]), MODELS["births"])
    return ready, learnt(ready, MODELS["births"])


def everyone(ready, model):
    """Every pair that a rule finds, none let go, and what each rule did. `ready` is sharpened."""
    return streamed(ready.plan, ready.store, everything(ready.kinds, model), ready.blocks, ready.joins)


def weights_of(ready, model, found):
    """The bits of one birth against two strangers' that pairs have once all is known of them."""
    total = totalled(ready, model, found, ()).total
    return BITS * (total[:, 0] - total[:, -1])


def rows(found, kept=slice(None)):
    return [column[kept].tolist() for column in (found.first, found.second, found.pattern)]


def test_leaving_early_loses_no_pair_that_matters_and_changes_nothing_of_the_others(county):
    ready, model = county
    sharp, told = scored(ready, model)
    found, counts = everyone(sharp, model)
    whole = totalled(sharp, model, found, counts)
    assert 0 < len(told) < len(whole)
    assert told.counts == counts, "each rule finds the same pairs, let go or not"
    kept = np.isin(whole.first * 2.0**32 + whole.second, told.first * 2.0**32 + told.second)
    assert rows(told) == rows(whole, kept)
    for left_aside in range(-1, len(model.spec.classes) - 1):
        likely = [match_weight(pairs.total, left_aside, 0.0) >= bits(model.spec.costs.floor) for pairs in (told, whole)]
        assert rows(told, likely[0]) == rows(whole, likely[1])


@pytest.mark.parametrize("floor", [-20.0, -13.3, -5.0, 0.0, 5.0, 15.0])
def test_errors_that_come_together_are_hoped_for_before_a_pair_is_let_go(county, floor):
    ready, model = county
    sharp, least = sharpened(ready, model)
    worth = worth_of(model, ready.kinds, floor, least, effort_of(ready, model.spec))
    found, _ = everyone(sharp, model)
    kept, _ = streamed(sharp.plan, sharp.store, worth, ready.blocks, ready.joins)
    matters = weights_of(sharp, model, found) >= floor + 1e-9
    assert set(zip(*rows(found, matters), strict=True)) <= set(zip(*rows(kept), strict=True))


@pytest.mark.parametrize("name", MODELS)
@ATTEMPTS
@given(seed=SEEDS)
def test_no_floor_loses_a_pair_of_records_full_of_gaps(name, seed):
    (ready, drawn), model = small(MODELS[name], 24, Random(seed)), Model.prior(MODELS[name])
    floors_keep_what_reaches_them(ready, model, *np.triu_indices(len(drawn), 1))


@pytest.mark.parametrize(("model", "name"), COMPARISONS)
@pytest.mark.parametrize("size", [1500, pytest.param(20_000, marks=pytest.mark.long)])
def test_no_comparison_hopes_for_less_than_a_pair_reaches(model, name, size):
    spec = MODELS[model]
    one = spec.comparison(name)
    left, right = pairs(source_of(spec, one), size, Random(f"{model} {name}"))
    alone = replace(spec, comparisons=(one,), rules=(), duplicates=True, interactions=None)
    drawn = [dict.fromkeys(spec.columns) | {"registry": "hukou"} | record for record in (*left, *right)]
    table = pd.DataFrame(drawn, dtype=object)
    for first in (size, 2 * size):
        ready = prepared(in_order(table, alone, first), alone)
        floors_keep_what_reaches_them(ready, Model.prior(alone), np.arange(size), np.arange(size) + size)


def floors_keep_what_reaches_them(ready, model, first, second):
    """Whatever the floor, these pairs are let go where they do not reach it, and nowhere else. `model` knows of no errors that come together."""
    sharp, least = sharpened(ready, model)
    worth = worth_of(model, ready.kinds, 0.0, least, effort_of(ready, model.spec))
    found = compared(sharp.plan, sharp.store, everything(ready.kinds, model), first, second)
    weight = weights_of(sharp, model, found)
    weights = np.unique(weight.round(6))
    for floor in weights[:: -(-len(weights) // 100)] - 1e-5:
        kept = compared(sharp.plan, sharp.store, worth._replace(floor=floor), first, second)
        assert rows(kept) == rows(found, weight >= floor)


def test_a_number_speaks_for_a_day_that_is_missing_before_a_pair_is_let_go():
    spec, told = MODELS["births"], {"child_id_number": "999999202402290017", "mother_name": "王芳", "father_name": "李强"}
    drawn = pd.DataFrame([{"registry": name, "record_id": name, **told} for name in ("hospital", "hukou")])
    floors_keep_what_reaches_them(prepared(read_records(drawn, spec), spec), Model.prior(spec), np.array([0]), np.array([1]))


@pytest.mark.parametrize("name", MODELS)
@ATTEMPTS
@given(seed=SEEDS)
def test_two_records_meet_once_by_the_first_rule_on_whose_parts_they_agree(name, seed):
    spec = MODELS[name]
    ready, drawn = small(spec, 24, Random(seed))
    values = [reference.values_of(spec, record) for record in drawn]
    looked_at = [(i, j) for i, j in combinations(range(len(drawn)), 2) if spec.duplicates or drawn[i]["registry"] != drawn[j]["registry"]]
    first_rule = {
        (i, j): next((rule.name for rule in spec.rules if reference.meet(spec, rule, values[i], values[j])), None) for i, j in looked_at
    }
    found, counts = everyone(ready, Model.prior(spec))
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [pair for pair, rule in first_rule.items() if rule]
    told = {count.rule: count.new_pairs for count in counts}
    assert told == {rule.name: list(first_rule.values()).count(rule.name) for rule in spec.rules}


def keys_left(values, rule, spec):
    """Each value's key of a rule with the same parts on both sides: divided part by part while too many share it, at last left out."""
    keys = [next(iter(reference.keys_of(spec, rule.where, told)), None) for told in values]
    for part in rule.split:
        finer = [next(iter(reference.keys_of(spec, (part,), told)), None) for told in values]
        divided = [key if keys.count(key) <= rule.largest else key and finer[row] and key + finer[row] for row, key in enumerate(keys)]
        keys = [key or None for key in divided]
    return [key if keys.count(key) <= rule.largest else None for key in keys]


@pytest.mark.parametrize("split", [(), ("day month",), ("day month", "area county", "area township")])
@ATTEMPTS
@given(seed=SEEDS, largest=st.integers(1, 6))
def test_a_key_that_too_many_share_is_divided_and_then_left_out(split, seed, largest):
    kinds, rng = ("number", "day", "area"), Random(seed)
    columns = [crowd(VALUES[kind], 30, rng) for kind in kinds]
    columns[0] = [rng.choice(columns[0][:2]) for _ in columns[0]]
    rule = Rule("rule", (("number", "person"),), None, largest, parts_of_text(split))
    spec = Spec("small", "", tuple(Field(kind, kind, (kind,)) for kind in kinds), (), (rule,))
    drawn = [dict(zip(kinds, told, strict=True)) for told in zip(*columns, strict=True)]
    records = in_order(pd.DataFrame(drawn, dtype=object), spec, len(drawn))
    keys = keys_left([reference.values_of(spec, record) for record in drawn], rule, spec)
    told = list(zip(*(rows.tolist() for rows in pairs_of(blocks_of(records, spec.rules), records.registry)), strict=True))
    assert told == [(i, j) for i, j in combinations(range(len(keys)), 2) if keys[i] is not None and keys[i] == keys[j]]


def test_one_thread_and_two_give_the_same_arrays(county, monkeypatch):
    ready, model = county
    told = {}
    for threads in ("1", "2"):
        monkeypatch.setenv("HEDUI_THREADS", threads)
        again = learnt(ready, MODELS["births"])
        told[threads] = [again.shared["child_name"], *vars(scored(ready, model)[1]).values(), *everyone(ready, model)[0]]
    for one, two in zip(*told.values(), strict=True):
        assert np.array_equal(one, two) and len(one)
