"""Births from records: twins, duplicates, one record per registry, decisions, and records that say little."""

import numpy as np
import pandas as pd
import pytest

from matching.model.saved import model_document
from tests.matching.tables import births, decisions, link, records
from vocabulary.errors import ConfigurationError
from vocabulary.findings import Decision

MOTHER = "990101199003074526"
SINGLE = records(f"""
    registry        | record_id | child_name | child_sex | born_on    | mother_name | mother_id_number | father_name | area_code    | certificate_no | plurality | birth_order
    hospital        | h1        | 王芳之女   | 2         | 2026-03-12 | 王芳        | {MOTHER}         | 李强        | 990101001201 | Z990000017     | 1         | 1
    hukou           | r1        | 李梓涵     | 2         | 2026-03-12 | 王芳        | {MOTHER}         | 李强        | 990101001201 | Z990000017     |           |
    family_planning | f1        | 涵涵       | 2         | 2026-03-12 | 王方        |                  | 李强        | 990101001201 |                |           |
""")


def twins(sex_2: str, names: tuple[str, str], hukou: tuple[str, str]) -> pd.DataFrame:
    return records(f"""
        registry        | record_id | child_name | child_sex | born_on    | mother_name | mother_id_number | father_name | area_code    | certificate_no | plurality | birth_order
        hospital        | h1        | {names[0]} | 1         | 2026-03-12 | 王芳        | {MOTHER}         | 李强        | 990101001201 |                | 2         | 1
        hospital        | h2        | {names[1]} | {sex_2}   | 2026-03-12 | 王芳        | {MOTHER}         | 李强        | 990101001201 |                | 2         | 2
        hukou           | r1        | {hukou[0]} | 1         | 2026-03-12 | 王芳        | {MOTHER}         | 李强        | 990101001201 |                |           |
        hukou           | r2        | {hukou[1]} | {sex_2}   | 2026-03-12 | 王芳        | {MOTHER}         | 李强        | 990101001201 |                |           |
    """)


def test_three_registries_tell_of_one_child():
    assert births(link(SINGLE).birth_record) == {frozenset({"h1", "r1", "f1"})}


@pytest.mark.parametrize(
    ("sex_2", "names", "hukou"),
    [
        ("2", ("王芳之子", "王芳之女"), ("李浩宇", "李一诺")),  # told by sex
        ("1", ("李浩宇", "李浩然"), ("李浩宇", "李浩然")),  # told by name
        ("1", ("王芳之子甲", "王芳之子乙"), ("李浩宇", "李浩然")),  # nothing tells: still two children
        ("2", ("李浩宇", "王芳B"), ("李浩宇", "李一诺")),
    ],
)
def test_twins_are_two_births_however_little_tells_them_apart(sex_2, names, hukou):
    found = births(link(twins(sex_2, names, hukou)).birth_record)
    assert found == {frozenset({"h1", "r1"}), frozenset({"h2", "r2"})}


def test_twins_are_told_by_the_order_in_an_interim_name():
    told = twins("1", ("王芳之长子", "王芳之次子"), ("李浩宇", "李浩然"))
    told.loc[2:, ["registry", "child_name"]] = [["family_planning", "王芳之子乙"], ["family_planning", "王芳之子甲"]]
    assert births(link(told).birth_record) == {frozenset({"h1", "r2"}), frozenset({"h2", "r1"})}


def test_two_reports_of_one_girl_are_a_duplicate_where_the_hospital_saw_one_baby_and_twins_where_it_saw_two():
    drawing = f"""
        registry        | record_id | child_name | child_sex | born_on    | mother_name | mother_id_number | father_name | area_code    | plurality | birth_order
        hospital        | h1        | 王芳之女   | 2         | 2026-03-12 | 王芳        | {MOTHER}         | 李强        | 990101001201 | %s         | 1
        family_planning | f1        |            | 2         | 2026-03-12 | 王芳        | {MOTHER}         | 李强        | 990101001201 |           |
        family_planning | f2        |            | 2         | 2026-03-12 | 王芳        | {MOTHER}         | 李强        | 990101001202 |           |
    """
    assert births(link(records(drawing % 1)).birth_record) == {frozenset({"h1", "f1", "f2"})}
    assert len(births(link(records(drawing % 2)).birth_record)) == 2


def test_sisters_born_two_years_apart_are_two_births_though_all_of_the_family_agrees():
    told = records(f"""
        registry | record_id | child_name | child_sex | born_on    | mother_name | mother_id_number | father_name | area_code
        hospital | h1        | 王芳之女   | 2         | 2024-01-20 | 王芳        | {MOTHER}         | 李强        | 990101001201
        hukou    | r1        | 李梓涵     | 2         | 2026-03-12 | 王芳        | {MOTHER}         | 李强        | 990101001201
    """)
    assert len(births(link(told).birth_record)) == 2


def test_a_lunar_date_a_homophone_and_no_number_at_all_still_find_the_child():
    told = records("""
        registry        | record_id | child_name | child_sex | born_on    | mother_name | father_name | area_code
        hukou           | r1        | 李梓涵     | 2         | 2026-04-21 | 欧阳菁华    | 李卫强      | 990101001201
        family_planning | f1        | 李紫涵     | 2         | 2026-03-05 | 欧阳精华    | 李卫强      | 990101001201
    """)
    linked = link(told)
    assert linked.pair.loc[0, ["born_on", "mother_name", "child_name"]].tolist() == ["lunar", "same_tone", "same_tone"]
    assert births(linked.birth_record) == {frozenset({"r1", "f1"})}


def test_minority_names_cut_off_and_with_other_separators_are_one_child():
    told = records("""
        registry        | record_id | child_name            | child_sex | born_on    | mother_name           | father_name  | area_code
        hukou           | r1        | 阿依古丽·买买提·艾力  | 2         | 2026-04-21 | 热依汗古丽·吐尔逊     | 买买提·艾力  | 990101001201
        hospital        | h1        | 阿依古丽.买买         | 2         | 2026-04-21 | 热依汗古丽吐尔逊      | 麦麦提艾力   | 990101001201
    """)
    assert births(link(told).birth_record) == {frozenset({"r1", "h1"})}


def test_a_registered_child_goes_to_the_twin_who_lives():
    told = twins("1", ("王芳之子", "王芳之子"), ("李浩宇", "李浩然")).iloc[:3].assign(vital_status=["died", "alive", None])
    linked = link(told)
    assert births(linked.birth_record) == {frozenset({"h1"}), frozenset({"h2", "r1"})}
    lost = linked.pair[(linked.pair["record_id_left"] == "h1") & (linked.pair["record_id_right"] == "r1")]
    assert lost["match_probability"].item() >= 0.01, "a possible match to a child who died must be seen (R4)"


def test_at_most_one_birth_holds_a_record_and_every_record_is_held():
    many = pd.concat([SINGLE.assign(record_id=SINGLE["record_id"] + str(n)) for n in range(4)], ignore_index=True)
    linked = link(many)
    assert linked.birth_record["record_id"].tolist() == sorted(
        linked.birth_record["record_id"], key=lambda name: (name[0] != "f", name[0] != "h", name)
    )
    assert not linked.birth_record.duplicated(["registry", "record_id"]).any()
    assert len(linked.birth_record) == len(many)


@pytest.mark.parametrize(
    "field",
    ["certificate_no", "mother_id_number", "mother_name", "father_name", "born_on", "child_name", "child_sex", "area_code", "plurality"],
)
def test_a_field_that_no_registry_has_is_no_evidence_and_no_error(field):
    assert births(link(SINGLE.assign(**{field: None})).birth_record) == {frozenset({"h1", "r1", "f1"})}
    assert len(link(SINGLE.drop(columns=field)).birth_record) == 3


def test_records_in_another_order_give_the_same_tables():
    shuffled = SINGLE.sample(frac=1, random_state=3)
    one, two = link(SINGLE), link(shuffled)
    pd.testing.assert_frame_equal(one.birth_record, two.birth_record, check_exact=True)
    pd.testing.assert_frame_equal(one.pair, two.pair, check_exact=True)
    assert model_document(one.model) == model_document(two.model)


def test_a_link_that_people_made_binds_and_so_does_a_separation():
    apart = decisions(("hospital", "h1", "hukou", "r1", Decision.APART), ("hukou", "r1", "family_planning", "f1", Decision.APART))
    assert births(link(SINGLE, decisions=apart).birth_record) == {frozenset({"r1"}), frozenset({"h1", "f1"})}
    stranger = records("""
        registry | record_id | child_name | child_sex | born_on    | mother_name | area_code
        hukou    | r9        | 赵一鸣     | 1         | 2025-11-02 | 孙丽        | 990102001201
        hospital | h9        | 周小雅     | 2         | 2026-06-30 | 吴敏        | 990101001201
    """)
    together = decisions(("hukou", "r9", "hospital", "h9", Decision.LINK))
    linked = link(stranger, decisions=together)
    assert births(linked.birth_record) == {frozenset({"r9", "h9"})}
    assert linked.pair["decision"].tolist() == ["link"]
    assert len(births(link(stranger).birth_record)) == 2


def test_decisions_about_records_that_are_gone_bind_nothing():
    gone = decisions(("hukou", "gone", "hospital", "h1", Decision.LINK))
    assert births(link(SINGLE, decisions=gone).birth_record) == births(link(SINGLE).birth_record)


def test_nothing_counts_registries():
    fourth = SINGLE.iloc[[1]].assign(registry="immunisation", record_id="i1", certificate_no=None)
    assert births(link(pd.concat([SINGLE, fourth], ignore_index=True)).birth_record) == {frozenset({"h1", "r1", "f1", "i1"})}
    assert births(link(SINGLE.iloc[:2]).birth_record) == {frozenset({"h1", "r1"})}


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_hardly_any_records_are_no_error(rows):
    linked = link(SINGLE.iloc[:rows])
    assert len(linked.birth_record) == rows
    assert list(linked.pair.columns[:7]) == [
        "registry_left",
        "record_id_left",
        "registry_right",
        "record_id_right",
        "match_weight",
        "match_probability",
        "decision",
    ]


def test_a_record_that_stands_twice_is_refused():
    with pytest.raises(ConfigurationError) as refused:
        link(pd.concat([SINGLE, SINGLE]))
    assert "3 records that stand twice" in refused.value.text("en")
    assert "王芳" not in refused.value.text("zh")


def test_the_pair_table_says_what_was_compared():
    pair = link(SINGLE).pair
    told = pair[(pair["record_id_left"] == "h1") & (pair["record_id_right"] == "r1")].iloc[0]
    assert told[["certificate_no", "mother_id", "child_name", "mother_name", "born_on", "sex", "area", "twin"]].tolist() == [
        "exact",
        "exact",
        "missing",
        "exact",
        "exact",
        "exact",
        "village",
        "single",
    ]
    assert np.isclose(told["match_probability"], 1 / (1 + 2.0 ** -told["match_weight"]))
    assert told["decision"] == "link"
