"""Any user of recordlinkage can plug our comparisons and blocking rules in, on tables of their own."""

import pandas as pd
import recordlinkage

from matching.blocking import BlockingRule, KeyBlock, UnionIndex
from matching.encoding import encode
from matching.features import BirthDateFeature, NameFeature
from matching.rules import BIRTH_RULES
from tests.matching.tables import records

LEFT = pd.DataFrame({"name": ["傅菁", "王芳", "李娜"], "day": ["2026-03-05", "2026-01-02", "2026-05-05"]}, index=["a1", "a2", "a3"])
RIGHT = pd.DataFrame({"name": ["付静", "赵敏"], "day": ["2026-04-21", "2026-01-02"]}, index=["b1", "b2"])
MOTHER = "990101199003074526"


def test_our_blocking_rules_make_the_pairs_of_recordlinkages_index():
    index = recordlinkage.Index()
    index.add([KeyBlock(BlockingRule("sound", (("name", "sound"),))), KeyBlock(BlockingRule("day", (("day", "day"),)))])
    assert set(index.index(LEFT, RIGHT)) == {("a1", "b1"), ("a2", "b2")}


def test_a_lunar_rule_reads_either_side_as_the_lunar_one():
    lunar = BlockingRule("lunar", (("day", "lunar_day"),), probe=(("day", "day"),))
    for one, two in ((LEFT, RIGHT), (RIGHT, LEFT)):
        assert len(KeyBlock(lunar).index(one, two)) == 1


def test_our_comparisons_make_the_features_of_recordlinkages_compare():
    pairs = pd.MultiIndex.from_tuples([("a1", "b1"), ("a2", "b2")])
    compare = recordlinkage.Compare([NameFeature("name", "name", label="name"), BirthDateFeature("day", "day", label="day")])
    found = compare.compute(pairs, LEFT, RIGHT)
    assert [NameFeature.levels[level] for level in found["name"]] == ["same_sound", "different"] or found["name"].iloc[0] < 3
    assert [BirthDateFeature.levels[level] for level in found["day"]] == ["lunar", "exact"]


def test_the_fast_union_finds_what_recordlinkages_own_union_finds():
    told = encode(
        records(f"""
            registry        | record_id | child_name | child_sex | born_on    | mother_name | mother_id_number | father_name | area_code    | certificate_no
            hospital        | h1        | 王芳之女   | 2         | 2026-03-12 | 王芳        | {MOTHER}         | 李强        | 990101001201 | Z990000017
            hukou           | r1        | 李梓涵     | 2         | 2026-03-12 | 王芳        | {MOTHER}         | 李强        | 990101001201 | Z990000017
            family_planning | f1        | 涵涵       | 2         | 2026-03-12 | 王方        |                  | 李强        | 990101001201 |
            hukou           | r2        | 赵一鸣     | 1         | 2025-11-02 | 孙丽        |                  |             | 990102001201 |
        """)
    )
    fast = UnionIndex(BIRTH_RULES)
    slow = recordlinkage.Index([KeyBlock(rule) for rule in BIRTH_RULES])
    assert {frozenset(pair) for pair in fast.index(told)} == {frozenset(pair) for pair in slow.index(told)}
    assert sum(count.new_pairs for count in fast.counts) == 3


def test_a_key_that_too_many_share_is_left_to_other_rules_and_reported():
    crowd = pd.DataFrame({"number": ["990101198001010011"] * 6 + ["990101199003074526"] * 2})
    block = KeyBlock(BlockingRule("number", (("number", "number"),), largest=5))
    assert len(block.positions(crowd)[0]) == 1
    assert block.records_left_out == 6
