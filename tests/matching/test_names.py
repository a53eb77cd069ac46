"""What each level of a name means, as a table that is also the manual."""

import pandas as pd
import pytest

from matching.features import NameFeature
from matching.names import LEVELS, blurred, key_of
from vocabulary.names import match_key

TABLE = [
    # left, right, level, why
    ("王梓涵", "王梓涵", "exact", "the same"),
    ("买买提·艾力", "买买提艾力", "exact", "separators are not part of a name"),
    ("買買提•艾力", "买买提·艾力", "variant", "traditional form, another separator"),
    ("张葉", "张叶", "variant", "traditional character"),
    ("傅强", "付强", "variant", "variant surname, the same sound"),
    ("蕭雨", "肖雨", "variant", "traditional and variant at once"),
    ("余欢", "佘欢", "variant", "surnames taken for each other, not the same sound"),
    ("李佳怡", "李嘉怡", "same_sound", "one homophone"),
    ("陈静", "陈敬", "same_sound", "tones are not written"),
    ("章诗涵", "张思涵", "near_sound", "zh/z, sh/s"),
    ("林静", "林金", "near_sound", "ing/in"),
    ("张梓涵", "张梓萱", "similar", "one character of three"),
    ("王□涵", "王梓涵", "similar", "a character that a system could not write"),
    ("王?涵", "王梓涵", "similar", "a question mark for it"),
    ("刘玥", "刘钥", "similar", "look-alikes"),
    ("张涵", "张梓涵", "similar", "one character missing"),
    ("阿依古丽·买买提", "阿依古丽·买买", "similar", "cut off"),
    ("阿依古丽·买买提·艾力", "阿依古丽·买买提", "similar", "a grandfather's name added"),
    ("李梓涵", "王梓涵", "partial", "another surname"),
    ("涵涵", "王梓涵", "partial", "milk name"),
    ("奕睿", "王奕睿", "given_name", "the surname left out"),
    ("□筱歆", "丁筱歆", "similar", "one character that could not be written"),
    ("□筱歆", "丁筱瑶", "different", "another name beside it"),
    ("小涵", "王梓涵", "partial", "milk name"),
    ("阿依古丽·买买提", "阿依古丽·吐尔逊", "partial", "a shared first part"),
    ("王芳", "王丽", "different", "a shared surname is nothing"),
    ("王芳", "李芳", "different", "of two characters one is half the name"),
    ("张伟", "李娜", "different", "strangers"),
    ("□□", "张伟", "different", "placeholders alone are no likeness"),
    (None, "张伟", "missing", "no evidence either way"),
]


@pytest.mark.parametrize(("left", "right", "level", "why"), TABLE, ids=[f"{row[0]}-{row[1]}" for row in TABLE])
def test_each_level_stands_for_what_goes_wrong(left, right, level, why):
    feature = NameFeature("name", "name")
    words = (*LEVELS, "missing")
    both_ways = feature._compute_vectorized(pd.Series([left, right], dtype=object), pd.Series([right, left], dtype=object))
    assert [words[found] for found in both_ways] == [level, level], why


def test_a_second_reading_of_the_mother_counts_where_it_fits_better():
    columns = [pd.Series([text], dtype=object) for text in ("王方芳", "王芳芳", "王芳芳", None)]
    assert LEVELS[NameFeature(["a", "b"], ["a", "b"])._compute_vectorized(*columns)[0]] == "exact"


def test_astral_characters_are_one_character():
    found = NameFeature("n", "n")._compute_vectorized(pd.Series(["王𠮷祥"], dtype=object), pd.Series(["王吉祥"], dtype=object))
    assert LEVELS[found[0]] in ("variant", "same_sound", "similar")


def test_the_short_way_to_a_match_key_gives_the_same_key():
    for name in ("王芳", "欧阳梓涵", "锟斤拷", "买买提·艾力", "王?涵", "𠮷祥"):
        assert key_of(name) == (match_key(name) or "")


@pytest.mark.parametrize(("sound", "loose"), [("zhang", "zan"), ("ling", "nin"), ("hui", "fui"), ("wang", "wan"), ("e", "e")])
def test_blurred_sounds(sound, loose):
    assert blurred(sound) == loose
