"""What blocking lets through, by rule, and what is wrong with the pairs that no rule meets."""

import pandas as pd
import pytest

from demo import build
from matching.engine import prepared
from matching.features import pairs_of
from matching.link import link
from matching.model.files import model_path, read_spec, spec_of
from matching.recall import rule_counts, rule_recall, true_pairs
from matching.records import read_records
from tests.matching.tables import records
from tests.matching.test_county import accepted


def model(largest: int = 100, **others):
    """Two rules: the certificate; the mother's name with the day."""
    return spec_of(
        {
            "name": "small",
            "fields": {"certificate_no": {"kind": "number"}, "mother_name": {"kind": "name"}, "born_on": {"kind": "day"}},
            "comparisons": [
                {"name": "certificate_no", "levels": ["exact: same number", "different"]},
                {"name": "mother_name", "levels": ["exact: same written", "same_sound: same sound", "different"]},
                {"name": "born_on", "levels": ["exact: same day", "near: within 3", "different"]},
            ],
            "rules": [
                {"name": "certificate", "where": ["certificate_no"]},
                {"name": "mother_day", "where": ["mother_name near", "born_on day"], "largest": largest},
            ],
            **others,
        },
        "test",
    )


DRAWN = """
    registry        | record_id | certificate_no | mother_name | born_on
    hukou           | r1        | A990000001     | 王芳        | 2026-05-01
    hospital        | h1        | A990000001     | 王芳        | 2026-05-01
    family_planning | f1        |                | 王方        | 2026-05-01
    family_planning | f2        |                | 李娜        | 2026-05-02
    hospital        | h2        | A990000002     | 陈静        | 2026-06-01
"""
TRUTH = {
    "registry": ["hukou", "hospital", "family_planning", "family_planning", "hospital", "hukou"],
    "record_id": ["r1", "h1", "f1", "f2", "h2", "of another night"],
    "true_birth_id": ["t1", "t1", "t1", "t1", "t2", "t2"],
}


def recalled(spec, drawn: str = DRAWN):
    return rule_recall(prepared(read_records(records(drawn), spec), spec), TRUTH, spec)


@pytest.mark.parametrize(
    ("rule", "across", "within", "across_so_far", "only"),
    [("certificate", 1, 0, 1, 0), ("mother_day", 3, 0, 3, 2)],
)
def test_each_rule_alone_and_after_those_before_it(rule, across, within, across_so_far, only):
    told = recalled(model())
    assert (told.across, told.within) == (5, 1)
    one = next(one for one in told.rules if one.rule == rule)
    assert (one.across, one.within, one.across_so_far, one.only) == (across, within, across_so_far, only)


def test_what_no_rule_meets_is_counted_by_what_is_missing_and_what_is_wrong():
    told = recalled(model())
    assert told.unmet_pairs == 3
    assert told.unmet == {"certificate_no": {"missing": 3}, "mother_name": {"different": 3}, "born_on": {"near": 3}}


def test_a_record_left_out_of_a_rule_is_not_met_by_it():
    told = recalled(model(largest=2))
    assert [one.across for one in told.rules] == [1, 0]
    assert told.unmet_pairs == 5


def test_pairs_inside_a_registry_count_only_where_the_model_looks_for_duplicates():
    told = recalled(model(duplicates=False))
    assert (told.across, told.within) == (5, 0)


def test_without_a_true_pair_there_is_nothing_to_meet():
    spec = model()
    ready = prepared(read_records(records(DRAWN), spec), spec)
    told = rule_recall(ready, {"registry": [], "record_id": [], "true_birth_id": []}, spec)
    assert (told.across, told.within, told.unmet_pairs, told.unmet) == (0, 0, 0, {"certificate_no": {}, "mother_name": {}, "born_on": {}})


def test_rules_met_in_a_county_are_those_by_which_linking_finds_pairs(tmp_path):
    built = build(tmp_path, 300, seed=12, severity="hard")
    spec, told = read_spec(model_path("births")), accepted(built.databases)
    linked, ready = link(told, spec), prepared(read_records(told, spec), spec)
    assert rule_counts(ready, linked.model) == linked.counts, "counted without comparing a pair, as with"
    truth = pd.read_parquet(built.truth / "record.parquet").to_dict("list")
    recall = rule_recall(ready, truth, spec)
    found = set(zip(*(rows.tolist() for rows in pairs_of(ready.blocks, ready.records.registry)), strict=True))
    true = set(zip(*(rows.tolist() for rows in true_pairs(ready, truth)), strict=True))
    last = recall.rules[-1]
    assert last.across_so_far + last.within_so_far == len(true & found)
    assert recall.unmet_pairs == len(true - found) == sum(recall.unmet["sex"].values())
