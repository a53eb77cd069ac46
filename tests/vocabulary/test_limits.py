"""rights.md R1, R2, R6: what may not enter, what is collapsed, which words are never used."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabulary import block_list, codes, errors, wording
from vocabulary.registries import REGISTRIES

ROOT = Path(__file__).resolve().parents[2]
NOT_READ = {"note_filter.toml"}  # the list of words that a note may not hold is itself never shown

FIRST_LIST = [
    "孩次",
    "胎次",
    "产次",
    "孕次",
    "政策属性",
    "政策内",
    "政策外",
    "生育证",
    "准生证",
    "再生育",
    "避孕",
    "节育",
    "结扎",
    "上环",
    "孕检",
    "社会抚养费",
    "罚款",
    "违法生育",
    "超生",
    "独生子女",
    "婚姻状况",
    "计划内",
    "计划外",
    "早婚",
    "非婚",
    "民族",
]  # domain.md 1.9


@pytest.mark.parametrize("term", FIRST_LIST)
def test_every_listed_header_is_blocked_however_it_is_written(term):
    for header in (term, f" {term} ", "\u3000".join(term), f"母亲{term}（代码）"):
        assert block_list.blocked_term(header), header


@pytest.mark.parametrize("header", ["parity", "Parity_No", "birth_policy", "maritalStatus", "ETHNICITY", "sibling_order"])
def test_latin_headers_of_the_same_things_are_blocked(header):
    assert block_list.blocked_term(header)


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=lambda registry: registry.name)
def test_no_contract_asks_for_a_blocked_thing(registry):
    for header in (*registry.column_names, *registry.headers):
        assert block_list.blocked_term(header) is None, header


@given(st.integers(20, 39))
def test_relationship_codes_of_children_say_child_and_nothing_of_rank_or_adoption(code):
    assert codes.collapse_relationship(code) == codes.collapse_relationship(str(code)) == "child"


@given(st.integers(0, 99))
def test_no_relationship_code_survives_as_a_number(code):
    assert not re.search(r"\d", codes.collapse_relationship(f"{code:02d}"))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("男", "1"),
        ("女", "2"),
        ("M", "1"),
        ("Ｆ", "2"),
        ("1", "1"),
        (" 2 ", "2"),
        ("性别不明", "0"),
        ("未说明的性别", "9"),
        ("9", "9"),
        ("", None),
        (None, None),
    ],
)
def test_sex_is_read_however_it_is_written(written, code):
    assert codes.SEX.read(written) == code


def test_an_unknown_code_is_refused_without_repeating_it():
    with pytest.raises(ValueError, match="not a code of sex"):
        codes.SEX.read("3")


def readable_texts() -> list[tuple[str, str]]:
    """Everything that a person may read: wordings, faults, SQL headers, templates."""
    told = [
        (f"wording {name}", text)
        for name in ("KINDS", "FIELDS", "REGISTRIES", "EVIDENCE")
        for pair in getattr(wording, name).values()
        for text in pair
    ]
    for code, locales in errors.wordings().items():
        told += [(code, text) for parts in locales.values() for text in parts.values()]
    for folder, pattern in (("sql", "*.sql"), ("expectations", "*.html*"), ("expectations", "*.jinja"), ("reconciliation", "*.toml")):
        told += [
            (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
            for path in sorted((ROOT / folder).rglob(pattern))
            if path.name not in NOT_READ
        ]
    return told


def test_no_text_that_a_person_may_read_blames_anybody():
    blaming = [(place, word) for place, text in readable_texts() for word in wording.FORBIDDEN if word in text.lower()]
    assert not blaming


def test_every_fault_has_both_languages_and_all_three_parts():
    for path in sorted(errors.FAULT_FOLDER.glob("*.toml")):
        for code, locales in tomllib.loads(path.read_text(encoding="utf-8")).items():
            assert set(locales) == {"en", "zh"}, code
            assert all(set(parts) == {"expected", "got", "todo"} for parts in locales.values()), code
            names = {locale: set(re.findall(r"{(\w+)}", "".join(parts.values()))) for locale, parts in locales.items()}
            assert names["en"] == names["zh"], code
