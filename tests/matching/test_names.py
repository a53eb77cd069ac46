"""What each level of a name means, as a table that is also the manual."""

import pandas as pd
import pyarrow as pa
import pytest

from matching.features import ModelFeature
from matching.forms.characters import merged
from matching.forms.names import canonical, compared

TABLE = [
    # left, right, level, why
    ("王梓涵", "王梓涵", "exact", "the same"),
    ("买买提·艾力", "买买提艾力", "exact", "separators are not part of a name"),
    ("買買提•艾力", "买买提·艾力", "variant", "traditional form, another separator"),
    ("张葉", "张叶", "variant", "traditional character"),
    ("傅强", "付强", "variant", "variant surname, the same sound"),
    ("蕭雨", "肖雨", "variant", "traditional and variant at once"),
    ("余欢", "佘欢", "variant", "surnames taken for each other, not the same sound"),
    ("張偉", "张伟", "variant", "every character traditional"),
    ("王𠮷祥", "王吉祥", "variant", "a character outside the BMP that old systems write otherwise"),
    ("陈玲玲", "陈铃铃", "same_tone", "one sound, one tone"),
    ("李佳怡", "李嘉怡", "same_tone", "one homophone"),
    ("陈静", "陈敬", "same_tone", "both are of the fourth tone"),
    ("陳靜", "陈敬", "same_tone", "homophones, one of them traditional"),
    ("陈静", "陈晶", "same_sound", "tones are not written"),
    ("李梦瑶", "李萌尧", "same_sound", "two characters, one of another tone"),
    ("章诗涵", "张思涵", "near_sound", "zh/z, sh/s"),
    ("陈楚", "陈醋", "near_sound", "ch/c"),
    ("林静", "林金", "near_sound", "ing/in"),
    ("张方", "张凡", "near_sound", "ang/an"),
    ("程宁", "陈宁", "near_sound", "eng/en"),
    ("胡兰", "福兰", "near_sound", "hu/fu"),
    ("李丽", "李妮", "near_sound", "l/n"),
    ("王未", "王末", "look_alike", "strokes that differ by a hair"),
    ("刘玥", "刘钥", "look_alike", "one side of the character"),
    ("张莹", "张萤", "same_tone", "where characters that look alike sound the same too, the sound is told"),
    ("王晴", "王睛", "look_alike", "they also sound alike: but for the tone"),
    ("张梓萱", "张样宣", "look_alike", "two characters taken for others"),
    ("王□涵", "王梓涵", "placeholder", "a character that a system could not write"),
    ("王?涵", "王梓涵", "placeholder", "a question mark for it"),
    ("王\ue000涵", "王梓涵", "placeholder", "a character of a system's own"),
    ("王(弓长)涵", "王张涵", "placeholder", "its parts in brackets"),
    ("王lu涵", "王璐涵", "placeholder", "its sound in Latin letters"),
    ("王□□", "王梓涵", "placeholder", "two that could not be written"),
    ("□筱歆", "丁筱歆", "placeholder", "the surname could not be written"),
    ("□筱歆", "丁筱瑶", "different", "another name beside it"),
    ("阿依古丽·买买提", "阿依古丽·买买", "transliteration", "cut off"),
    ("阿依古丽·买买提·艾力", "阿依古丽·买买提", "transliteration", "a grandfather's name added"),
    ("吐尔逊·艾力", "图尔荪·艾里", "transliteration", "another spelling"),
    ("艾力·买买提", "买买提·艾力", "transliteration", "the father's name first"),
    ("阿依古丽买买提", "阿依古丽.买买提", "exact", "parts without a separator"),
    ("阿依古丽·买买提", "阿衣古丽·麦麦提", "same_sound", "each part in another spelling of one sound"),
    ("阿依古丽·吐尔逊", "阿依古力·图尔荪", "transliteration", "each part in another spelling"),
    ("阿依古丽·□买提", "阿依古丽·买买提", "placeholder", "a placeholder inside a part"),
    ("吐尔逊" * 16 + "艾力", "吐爾遜" * 16 + "艾力", "variant", "fifty characters"),
    ("张涵", "张梓涵", "missing_character", "one character missing"),
    ("欧阳涵", "欧阳梓涵", "missing_character", "of a name with a compound surname"),
    ("王梓涵", "王涵梓", "order", "the same characters in another order"),
    ("奕睿", "王奕睿", "given_name", "the surname left out"),
    ("涵涵", "王梓涵", "milk_name", "a milk name that doubles a character"),
    ("小涵", "王梓涵", "milk_name", "a milk name after 小"),
    ("张梓涵", "张梓欣", "one_character", "one character of three"),
    ("李梓涵", "王梓涵", "other_surname", "another surname"),
    ("阿依古丽·买买提", "阿依古丽·吐尔逊", "first_part", "a shared first part"),
    ("糖糖", "王梓涵", "pet_name", "a pet name tells nothing"),
    ("吴妞妞", "吴雨萱", "pet_name", "nor does one with a surname"),
    ("王芳", "王丽", "different", "a shared surname is nothing"),
    ("王芳", "李芳", "different", "of two characters one is half the name"),
    ("张伟", "李娜", "different", "strangers"),
    ("□□", "张伟", "different", "placeholders alone are no likeness"),
    ("王芳之女", "李梓涵", "missing", "an interim name is none"),
    ("王芳之女", "王芳之女", "missing", "not even of itself"),
    ("小宝", "王梓涵", "missing", "a nickname of the ward"),
    ("未取名", "王梓涵", "missing", "a word for none"),
    ("", "王梓涵", "missing", "an empty cell"),
    (None, "张伟", "missing", "no evidence either way"),
]


def level(comparison: str, left: dict, right: dict) -> str:
    """The level of two records in a comparison of the births model, the same from both sides."""
    feature = ModelFeature(comparison)
    frames = [pd.DataFrame([told], columns=feature.labels_left, dtype=object) for told in (left, right)]
    words = [*feature.comparison.level_names, "missing"]
    there, back = (
        feature._compute_vectorized(*(one[name] for name in one), *(two[name] for name in two))[0] for one, two in (frames, frames[::-1])
    )
    assert there == back
    return words[there]


@pytest.mark.parametrize(("left", "right", "expected", "why"), TABLE, ids=[f"{row[0]}-{row[1]}" for row in TABLE])
def test_each_level_stands_for_what_goes_wrong(left, right, expected, why):
    assert level("child_name", {"child_name": left}, {"child_name": right}) == expected, why


def test_a_second_reading_of_the_mother_counts_where_it_fits_better():
    told, stated = {"mother_name": "王方芳", "child_name": "王芳芳之女"}, {"mother_name": "王芳芳"}
    assert level("mother_name", told, stated) == "exact"
    assert level("mother_name", {"child_name": "王芳芳之女"}, stated) == "exact", "an interim name speaks where the mother's is missing"


def test_astral_characters_are_one_character():
    assert level("child_name", {"child_name": "王𠮷祥"}, {"child_name": "王吉祥"}) == "variant"


def test_the_short_way_to_a_name_gives_the_same_name():
    names = ["王芳", "欧阳梓涵", "锟斤拷", "买买提·艾力", "王?涵", "𠮷祥", "未取名", "王芳之女"]
    assert canonical(pa.array(names)).to_pylist() == [compared(name) for name in names]


@pytest.mark.parametrize(("sound", "loose"), [("zhang", "zan"), ("ling", "nin"), ("hui", "fui"), ("wang", "wan"), ("e", "e")])
def test_merged_sounds(sound, loose):
    assert merged(sound) == loose
