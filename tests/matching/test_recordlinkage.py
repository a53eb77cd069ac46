"""Any user of recordlinkage can plug our comparisons and blocking rules in, on tables of their own."""

import pandas as pd
import recordlinkage

from matching.features import LevelFeature, ModelFeature, RuleIndex

LEFT = pd.DataFrame({"name": ["傅菁", "王芳", "李娜"], "day": ["2026-03-05", "2026-01-02", "2026-05-05"]}, index=["a1", "a2", "a3"])
RIGHT = pd.DataFrame({"name": ["付静", "赵敏"], "day": ["2026-04-21", "2026-01-02"]}, index=["b1", "b2"])
NAMES = ("exact: same written", "variant: same simplified", "same_tone: same toned", "same_sound: same sound", "different")
DAYS = ("exact: same day", "lunar: lunar", "different")


def test_our_blocking_rules_make_the_pairs_of_recordlinkages_index():
    index = recordlinkage.Index([RuleIndex({"name": "name"}, ["name near"]), RuleIndex({"day": "day"}, ["day"])])
    assert set(index.index(LEFT, RIGHT)) == {("a1", "b1"), ("a2", "b2")}


def test_a_lunar_rule_reads_either_side_as_the_lunar_one():
    lunar = RuleIndex({"day": "day"}, ["day lunar"], against=["day"])
    for one, two in ((LEFT, RIGHT), (RIGHT, LEFT)):
        assert len(lunar.index(one, two)) == 1


def test_our_comparisons_make_the_features_of_recordlinkages_compare():
    pairs = pd.MultiIndex.from_tuples([("a1", "b1"), ("a2", "b2")])
    compare = recordlinkage.Compare(
        [LevelFeature("name", "name", "name", NAMES, label="name"), LevelFeature("day", "day", "day", DAYS, label="day")]
    )
    found = compare.compute(pairs, LEFT, RIGHT)
    assert found["name"].tolist() == [3, 4]
    assert found["day"].tolist() == [1, 0]


def test_a_comparison_of_a_model_is_a_feature_by_its_name():
    left = pd.DataFrame({"child_sex": ["1", "2"], "child_id_number": [None, None]})
    right = pd.DataFrame({"child_sex": ["2", "2"], "child_id_number": ["999999202402290017", None]})
    found = recordlinkage.Compare([ModelFeature("sex")]).compute(pd.MultiIndex.from_tuples([(0, 0), (1, 1)]), left, right)
    assert found["sex"].tolist() == [1, 0], "the number says a boy where the record says a girl"


def test_one_table_is_looked_through_for_duplicates():
    crowd = pd.DataFrame({"number": ["990101198001010011"] * 3 + ["990101199003074526"] * 2})
    assert len(RuleIndex({"number": "number"}, ["number"]).index(crowd)) == 3 + 1


def test_a_key_that_too_many_share_is_left_to_other_rules_and_reported():
    crowd = pd.DataFrame({"number": ["990101198001010011"] * 6 + ["990101199003074526"] * 2})
    block = RuleIndex({"number": "number"}, ["number"], largest=5)
    assert len(block.index(crowd)) == 1
    assert block.records_left_out == 6


def test_a_key_that_too_many_share_is_divided_by_another_field():
    crowd = pd.DataFrame({"number": ["990101198001010011"] * 6, "day": ["2026-03-05"] * 2 + ["2026-03-06"] * 4})
    block = RuleIndex({"number": "number", "day": "day"}, ["number"], largest=5, split=["day"])
    assert len(block.index(crowd)) == 1 + 6
    assert block.records_left_out == 0
