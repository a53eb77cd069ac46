"""Names as three registries write them (domain.md 1.10, 2.4 rows 1, 2, 10, 11)."""

import pytest

from vocabulary import names


@pytest.mark.parametrize(
    ("written", "unnamed", "mother"),
    [
        ("王芳之女", True, "王芳"),
        ("王芳之大女", True, "王芳"),
        ("王芳之子甲", True, "王芳"),
        ("王芳婴", True, "王芳"),
        ("王芳女婴", True, "王芳"),
        ("王芳A", True, "王芳"),
        ("买买提·艾力之子", True, "买买提·艾力"),
        ("吐尔逊古丽·阿迪力婴", True, "吐尔逊古丽·阿迪力"),
        ("王芳之小双", True, "王芳"),
        ("王芳之孩", True, "王芳"),
        ("王芳(女)", True, "王芳"),
        ("女", True, None),
        ("张亚男", False, None),  # many are called so: only brackets say the sex
        ("男婴", True, None),
        ("大毛", True, None),
        ("未取名", True, None),
        ("/", True, None),
        (None, True, None),
        ("李强", False, None),
        ("李子", False, None),  # a real name that ends like 'child'
        ("张女", False, None),
        ("王婴宁", False, None),
        ("阿依古丽·买买提", False, None),
    ],
)
def test_an_unnamed_newborn_is_recognised_and_tells_its_mother(written, unnamed, mother):
    assert (names.is_unnamed(written), names.mother_in_unnamed(written)) == (unnamed, mother)


@pytest.mark.parametrize("dot", ["·", "•", "・", "･", "‧", "⋅", "∙", "．", "﹒", "●", ".", "。", " · "])
def test_every_separator_becomes_the_one_of_the_standard_and_none_in_the_match_key(dot):
    assert names.tidy(f"阿依古丽{dot}买买提") == "阿依古丽·买买提"
    assert names.match_key(f"阿依古丽{dot}买买提") == "阿依古丽买买提"


@pytest.mark.parametrize(
    "written", ["王?华", "王？华", "王□华", "王■华", "王〓华", "王*华", "王\ufffd华", "王\ue123华", "王yan华", "王(王乐)华", "王锟斤拷华"]
)
def test_a_character_that_a_system_could_not_write_is_one_placeholder(written):
    assert names.match_key(written) == "王□华"


def test_spaces_between_han_characters_are_dropped_and_latin_names_keep_theirs():
    assert names.tidy(" 张 三 ") == "张三"
    assert names.tidy("Anna Maria") == "Anna Maria"
    assert names.tidy("不 详") is None


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("王芳", "han2"),
        ("王小芳", "han3"),
        ("欧阳小芳", "han4"),
        ("阿依古丽·买买提", "dotted"),
        ("王?芳", "rare"),
        ("王𠮷", "rare"),
        ("王芳之子", "unnamed"),
        (None, "unnamed"),
    ],
)
def test_kinds_of_name_are_those_by_which_errors_are_compared(written, kind):
    assert names.name_kind(written) == kind
