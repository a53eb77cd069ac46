"""The SQL files: each says what it is for, none blames anybody, and rules ask for roles instead of registries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from matching.model.files import model_path, read_spec
from reconciliation.explain import texts
from reconciliation.rules import RuleFault, all_rules, read_rule
from sql.snapshots import BIRTH_VIEWS, DIFFERENCE_VIEWS, RETURN_VIEWS, SQL_FOLDER
from vocabulary import wording
from vocabulary.findings import Kind
from vocabulary.registries import REGISTRIES

BIRTHS = read_spec(model_path("births"))
QUERIES = [path for folder in ("findings", "views", "explanations") for path in sorted((SQL_FOLDER / folder).glob("*.sql"))]
TEXTS = [
    *QUERIES,
    SQL_FOLDER.parent / "reconciliation" / "explain_texts.toml",
    *sorted((SQL_FOLDER.parent / "vocabulary" / "faults").glob("*.toml")),
]
WORDS = {name: table for name, table in vars(wording).items() if name.isupper() and isinstance(table, dict)}
PARITY = re.compile(r"parity|sibling|child_count|birth_rank|孩次|胎次|计划外|政策内|政策外", re.IGNORECASE)


def forbidden_in(text: str) -> list[str]:
    return [word for word in wording.FORBIDDEN if word in text.lower()]


def test_every_kind_has_one_rule_and_every_file_is_one() -> None:
    assert {path.stem for path in (SQL_FOLDER / "findings").glob("*.sql")} == {rule.kind.value for rule in all_rules()} == set(Kind)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.kind)
def test_a_rule_says_what_it_asks_needs_and_rests_on(rule: object) -> None:
    assert rule.question.endswith("?")  # type: ignore[attr-defined]
    assert all((rule.needs, rule.to, rule.source, rule.anchor))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("SELECT 1", "got no kind, question, needs, to, anchor, source"),
        ("-- kind: conflict\n-- question: Which?\n-- needs: nothing\n-- to: nobody\n-- anchor: x\n", "got no source"),
        (
            "-- kind: conflict\n-- question: Which?\n-- needs: nothing\n-- to: x\n-- anchor: x\n-- source: x\n",
            "expected kind not_registered, got conflict",
        ),
    ],
)
def test_a_rule_without_its_header_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(RuleFault, match=re.escape(complaint)):
        read_rule(Kind.NOT_REGISTERED, text)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_text_blames_anybody(path: Path) -> None:
    assert forbidden_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", sorted(WORDS))
def test_no_wording_blames_anybody(name: str) -> None:
    assert forbidden_in(" ".join(text for pair in WORDS[name].values() for text in pair)) == []


def test_the_lexical_test_can_fail() -> None:
    assert forbidden_in("该家庭涉嫌瞒报") and forbidden_in("Concealed births")


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_no_query_knows_a_registry_by_name_or_counts_children_of_a_mother(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [name for name in REGISTRIES if f"'{name}'" in text] == []
    assert PARITY.search(text) is None
    assert "GROUP BY mother" not in text


def test_every_view_is_loaded_and_every_loaded_view_is_a_file() -> None:
    loaded = {*BIRTH_VIEWS, *DIFFERENCE_VIEWS, *RETURN_VIEWS, "stated", "contested_name", "withheld_finding"}
    loaded |= {"received_match", "received_child", "told_death_of_received"}
    loaded |= {"recording_delay", "registry_rate", "checkable_record", "resident_village", "registry_delivery"}
    assert {path.stem for path in (SQL_FOLDER / "views").glob("*.sql")} == loaded


@pytest.mark.parametrize(("comparison", "topic"), [("born_on", "born_on"), ("child_name", "name"), ("mother_id", "number")])
def test_every_level_of_the_model_has_a_meaning(comparison: str, topic: str) -> None:
    levels = BIRTHS.comparison(comparison).level_names
    text = (SQL_FOLDER / "views" / "level_meaning.sql").read_text(encoding="utf-8")
    assert [level for level in levels if f"('{topic}', '{level}'" not in text] == []


def test_every_comparison_and_level_of_the_model_has_its_words() -> None:
    told = [each for each in BIRTHS.comparisons if each.name != "survival"]
    assert [each.name for each in told if each.name not in texts()["comparison"]] == []
    assert {level for each in told for level in each.level_names} - set(texts()["level"]) == set()


def test_every_kind_of_difference_has_its_words() -> None:
    text = (SQL_FOLDER / "views" / "level_meaning.sql").read_text(encoding="utf-8")
    codes = set(re.findall(r"\('[a-z_]+', '[a-z_]+', '([a-z_]+)'\)", text))
    assert codes
    assert codes - set(wording.EVIDENCE) == set()
