"""Requests that nobody would send, drawn by schemathesis from the portal's own OpenAPI: never an error of the server, never a value in the log."""

from __future__ import annotations

import logging

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.portal.conftest import COUNTY, DESK, Office, mark_in
from vocabulary.roles import Role

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
LEFT_OUT = ("/logout", "/account/password", "/account/second", "/login")
"""They end the login with which the others are tried, or are tried by hand in test_signing_in.py."""
EXAMPLES = 15


@pytest.mark.parametrize("role", list(Role))
def test_no_request_whatever_it_holds_breaks_the_server(office: Office, role: Role, caplog: pytest.LogCaptureFixture) -> None:
    person = office.person("any.request", role, DESK if role == Role.DESK else None)
    known = list(office.items(DESK if role == Role.DESK else f"data_steward-{COUNTY}")["task_no"].head(5)) or ["K3P7G-QSWXH"]
    schema = schemathesis.openapi.from_dict(office.app.openapi())
    broken: list[tuple[str, str, int]] = []
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.startswith(LEFT_OUT):
            continue
        tried += 1

        @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(), task_no=st.sampled_from(known), real=st.booleans())
        def ask(case: schemathesis.Case, task_no: str, real: bool) -> None:
            if real and "task_no" in case.path_parameters:
                case.path_parameters["task_no"] = task_no
            if isinstance(case.body, dict):
                case.body["form_mark"] = mark_in(person.browser.get("/account").text)
            told = case.as_transport_kwargs(base_url="http://testserver")
            kept = {name: told[name] for name in ("method", "url", "params", "data", "files", "json") if told.get(name) is not None}
            answer = person.browser.request(**kept, follow_redirects=False)
            if answer.status_code >= 500:
                broken.append((case.method, case.operation.path, answer.status_code))

        ask()
    assert tried > 3
    assert broken == []
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR and record.name.startswith("hedui")]
    assert errors == []
