"""The model to copy: it can be read, it names everything that there is, and it links."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from matching.forms.kinds import KINDS, SAMENESS
from matching.forms.readings import RECORD_READINGS, VALUE_READINGS
from matching.model.files import MODELS, SECTIONS, model_path, read_document, read_spec
from matching.model.spec import Beliefs, Comparison, Costs, Field, Rule
from tests.matching.tables import births, link

PATH = model_path("template")
SPEC = read_spec(PATH)
DOCUMENT = read_document(PATH)


def asked_of(kind: str) -> tuple[set[str], set[str]]:
    """The tests and the forms that the template asks of a kind of value."""
    of_kind = {field.name for field in SPEC.fields if field.kind == kind}
    told = [level.test for one in SPEC.comparisons if one.fields[0] in of_kind for level in one.levels if level.test]
    parts = [part for rule in SPEC.rules for part in (*rule.where, *(rule.against or ()), *rule.split)]
    forms = {form for name, form in parts if name in of_kind}
    return {test[0] for test in told}, forms | {test[1] for test in told if test[0] in SAMENESS}


def keys_of(told: object) -> set[str]:
    """Every key of a table, or of any table of a list."""
    return set(told) if isinstance(told, Mapping) else set().union(*map(set, told))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_tests_and_forms_in_the_template(kind):
    tests, forms = asked_of(kind)
    assert not KINDS[kind].tests.keys() - SAMENESS.keys() - tests
    if "same" in KINDS[kind].tests:
        assert "same" in tests
        assert not KINDS[kind].forms.keys() - forms


def test_every_test_of_any_kind_is_shown_once():
    assert set(SAMENESS) <= set().union(*(asked_of(kind)[0] for kind in KINDS))


def test_every_reading_is_shown():
    assert {field.reading for field in SPEC.fields} == {None, *VALUE_READINGS, *RECORD_READINGS}


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (DOCUMENT, set(SECTIONS) - {"learned"}),  # what a model has learnt is written by `hedui train`
        (DOCUMENT["fields"].values(), {one.name for one in fields(Field)} - {"name"} | {"column"}),
        (DOCUMENT["comparisons"], {one.name for one in fields(Comparison)} - {"shares"} | set(SPEC.classes)),
        (DOCUMENT["rules"], {one.name for one in fields(Rule)}),
        (DOCUMENT["costs"], {one.name for one in fields(Costs)}),
        (DOCUMENT["beliefs"], {one.name for one in fields(Beliefs)}),
    ],
    ids=["sections", "fields", "comparisons", "rules", "costs", "beliefs"],
)
def test_every_setting_is_shown(told, known):
    assert keys_of(told) == known


@pytest.mark.parametrize("word", ["as match", "as stranger"])
def test_shares_in_words_are_shown(word):
    assert word in {told for one in SPEC.comparisons for told in one.shares.values()}


def test_every_model_comes_with_the_package():
    told = tomllib.loads((MODELS.parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]["*"]
    packed = {path for pattern in told for path in MODELS.parent.glob(pattern)}
    assert packed >= set(MODELS.iterdir()) >= {PATH}


def test_a_field_in_which_no_two_records_or_all_agree_spoils_nothing():
    told = [("a", f"a{number}", f"1380000000{number}", "1") for number in range(4)] + [("b", "b0", "13900000000", "1")]
    linked = link(pd.DataFrame(told, columns=["registry", "record_id", "phone", "sex"], dtype=object), SPEC)
    assert all(
        np.isfinite(shares).all() and shares.min() > 0 for shares in (*linked.model.stranger.values(), *linked.model.shared.values())
    )


def test_two_tables_are_linked_by_it():
    columns = ["registry", "record_id", "child_name", "mother_name", "id_number", "born_on", "sex", "phone", "division_code", "weight_kg"]
    told = [
        ("clinic", "c1", "王芳之女", None, None, "2024-03-12", "女", "13800000001", "990101001201", "3.2"),
        ("clinic", "c2", "张梓涵", "李静", "990101202405010018", "2024-05-01", "男", "13800000002", "990101001202", "3.4"),
        ("clinic", "c3", "吐尔逊·艾力", "阿依古丽", None, "2024-07-09", "男", None, "990101002201", None),
        ("school", "s1", "李诗涵", "王芳", None, "2024-03-12", "2", "13800000001", "990101001201", "3.25"),
        ("school", "s2", "张子涵", "李晶", "990101202405010018", "2024-05-10", "1", "13800000002", "990101001000", None),
        ("school", "s3", "图尔荪·艾里", "阿依古丽", None, "2024-07-09", "1", None, "990101002201", None),
        ("school", "s4", "陈宇轩", "周敏", "990101202402020035", "2024-02-02", "1", "13800000004", "990101003201", "2.9"),
    ]
    linked = link(pd.DataFrame(told, columns=columns, dtype=object), SPEC)
    assert births(linked.birth_record) == {frozenset({"c1", "s1"}), frozenset({"c2", "s2"}), frozenset({"c3", "s3"}), frozenset({"s4"})}
