"""As each role, over every page that there is: what it may open, and that nothing on it was disclosed to somebody else only (rights.md R3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd
import pytest
from fastapi.routing import APIRoute

from portal.parts import open_to, parts
from reconciliation.disclosure import table
from tests.portal.conftest import COUNTY, DESK, Office, Person
from vocabulary.roles import NAMED_ROWS, Role

OTHER = "registration_desk-990101002"
BEFORE_LOGIN = ("/login", "/health", "/language", "/static", "/logout")
LINK = re.compile(r'(?:href|action)="(/[^"#]*)"')
SINGLE = ("record_id", "certificate_no", "mother_id_mask")
"""Columns that are of one child's record and of no other's: what a page must not show of somebody else."""


def every_route(office: Office) -> Iterator[tuple[str, set[str]]]:
    for route in office.app.routes:
        if isinstance(route, APIRoute):
            yield route.path, set(route.methods or ())


def crawled(person: Person, starts: list[str], most: int = 250) -> dict[str, str]:
    """Path -> text of every page that can be reached by links, downloads left out."""
    waiting, seen = list(starts), {}
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or path.startswith(("/static", "/language", "/logout")) or re.search(r"\.(xlsx|csv|svg|pdf)", path):
            continue
        answer = person.browser.get(path.replace("&amp;", "&"))
        assert answer.status_code < 500, path
        seen[path] = answer.text
        waiting += [link for link in LINK.findall(answer.text) if link not in seen]
    return seen


def codes_of(office: Office) -> pd.DataFrame:
    """Every record's single codes, with the birth it is of."""
    run = office.worklists.parent
    records = pd.read_parquet(
        run / "accepted" / "record.parquet", columns=["registry", "record_id", "certificate_no", "child_name", "mother_name"]
    )
    births = pd.read_parquet(run / "linked" / "birth_record.parquet", columns=["registry", "record_id", "birth_id"])
    return records.merge(births, on=["registry", "record_id"])


def people(office: Office) -> dict[Role, Person]:
    """One person a role."""
    desks = {Role.DESK: DESK}
    return {role: office.person(f"crawl.{role.value.replace('_', '.')}", role, desks.get(role)) for role in Role}


def test_every_page_belongs_to_a_part_and_is_open_to_its_roles_only(office: Office) -> None:
    task_no = office.items()["task_no"].iloc[0]
    inside = [(path, methods) for path, methods in every_route(office) if not path.startswith(BEFORE_LOGIN) and path != "/"]
    homeless = [path for path, _ in inside if not any(path.startswith(part.path) for part in parts().values())]
    assert homeless == []
    for role, person in people(office).items():
        mine = [part.path for part in open_to(role)]
        for path, methods in inside:
            if "GET" in methods and not path.startswith(tuple(mine)):
                filled = re.sub(r"\{[^}]+\}", str(task_no), path)
                assert person.browser.get(filled).status_code == 404, (role, path)


def test_nothing_is_open_before_the_login(office: Office) -> None:
    from fastapi.testclient import TestClient

    stranger = TestClient(office.app, follow_redirects=False)
    for path, methods in every_route(office):
        if path.startswith(BEFORE_LOGIN):
            continue
        filled = re.sub(r"\{[^}]+\}", "K3P7G-QSWXH", path)
        if "GET" in methods:
            answer = stranger.get(filled)
            assert (answer.status_code, answer.headers.get("location")) == (303, "/login"), path
        else:
            assert stranger.post(filled, data={}).status_code in (303, 403), path


def test_a_clerks_pages_hold_codes_of_its_own_items_and_of_nobody_else(office: Office) -> None:
    pages = crawled(office.clerk(), [part.path for part in open_to(Role.DESK)])
    assert len(pages) > 20
    mine, every = office.items(), codes_of(office)
    granted = {str(code) for column in SINGLE if column in mine for code in mine[column].dropna()}
    granted |= {str(code) for code in mine["own_value"].dropna() for code in str(code).split("、")}
    others = {str(code) for column in ("record_id", "certificate_no") for code in every[column].dropna()} - granted
    text = "".join(pages.values())
    assert len(others) > 1000
    assert sorted(code for code in others if code in text) == []
    theirs = set(office.items(OTHER)["task_no"])
    assert sorted(number for number in theirs if number in text) == []


@pytest.mark.parametrize("role", [role for role in Role if role not in NAMED_ROWS])
def test_who_sees_no_named_row_sees_no_name_and_no_number(office: Office, role: Role) -> None:
    person, every = office.person("crawl.office", role), codes_of(office)
    pages = crawled(person, [part.path for part in open_to(role)])
    text = "".join(pages.values())
    codes = {str(code) for column in ("record_id", "certificate_no") for code in every[column].dropna()}
    names = {name for column in ("child_name", "mother_name") for name in every[column].dropna() if len(name) >= 3}
    assert sorted(told for told in codes | names if told in text) == []


def test_a_stewards_pages_show_records_of_undecided_pairs_only(office: Office) -> None:
    steward = office.person("crawl.steward", Role.STEWARD)
    pages = crawled(steward, [part.path for part in open_to(Role.STEWARD)])
    mine, every = office.items(f"data_steward-{COUNTY}"), codes_of(office)
    granted = set(mine["record_id"].dropna()) | set(mine["other_record_id"].dropna())
    text = "".join(pages.values())
    assert sorted(code for code in set(every["record_id"]) - granted if code in text) == []
    assert [code for code in granted if code in text] or not granted


def test_no_role_may_open_both_named_rows_and_drafts_of_statistics() -> None:
    for role in Role:
        mine = open_to(role)
        assert not (any(part.named for part in mine) and any(part.draft for part in mine)), role
    assert {role for role in Role if any(part.named for part in open_to(role))} == set(NAMED_ROWS)


def test_every_recipient_that_works_on_a_page_stands_in_the_disclosure_table() -> None:
    assert {"registration_desk", "registry_unit", "senior_officer", "data_steward"} <= set(table())
