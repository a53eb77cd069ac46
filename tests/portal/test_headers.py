"""What every answer carries, what is too large, and what is said when something breaks: headers, sizes, silence."""

from __future__ import annotations

import logging
import re

import pytest
from fastapi import Form, Request
from fastapi.responses import PlainTextResponse, Response
from fastapi.testclient import TestClient

from portal.limits import LARGEST_BODY, LARGEST_FORM
from portal.settings import PortalSettings
from tests.portal.conftest import mark_in
from tests.portal.quick import cheap_hashes, empty_state, opened, place
from vocabulary.errors import ConfigurationError, Fault, Refusal
from vocabulary.settings import Secret

__all__ = ["cheap_hashes", "empty_state", "place"]
CANARY = "龘靐99010119980808888X"
STRICT = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:", "connect-src": "'self'",
    "form-action": "'self'", "frame-ancestors": "'none'", "base-uri": "'none'",
}  # fmt: skip


def secure(place) -> TestClient:
    """The same portal behind TLS."""
    from portal.app import create_app

    app = create_app(place.settings, PortalSettings(Secret("s" * 40), https=True), lambda *_: ([], []))
    return TestClient(app, base_url="https://testserver", follow_redirects=False)


def policy(answer: Response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts if name}


@pytest.mark.parametrize(
    "path", ["/login", "/nowhere", "/health", "/log", "/static/hedui.css", "/static/nothing.css", "/language/xx", "/users/X!"]
)
def test_every_answer_carries_the_same_strict_headers(place, path):
    answer = TestClient(place.app, follow_redirects=False).get(path)
    assert policy(answer) == STRICT
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("path", "kept"), [("/static/hedui.css", True), ("/static/nothing.css", False), ("/login", False), ("/nowhere", False)]
)
def test_pages_are_kept_by_nobody_and_our_own_files_for_ever(place, path, kept):
    said = TestClient(place.app).get(path).headers.get_list("cache-control")
    assert said == (["public, max-age=31536000, immutable"] if kept else ["no-store"])


def test_over_tls_browsers_are_told_to_stay_there_and_the_cookie_never_leaves_it(place):
    answer = secure(place).get("/login")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert {part.strip().lower() for part in answer.headers["set-cookie"].split(";")} >= {"secure", "httponly", "samesite=lax", "path=/"}


def test_without_tls_nothing_is_promised(place):
    answer = TestClient(place.app).get("/login")
    assert "strict-transport-security" not in answer.headers
    assert "secure" not in answer.headers["set-cookie"].lower().replace("hedui", "")


def test_a_page_holds_no_script_and_no_style_of_its_own(place):
    text = TestClient(place.app).get("/login").text
    assert not re.search(r"<script(?![^>]+src=)|<style|\sstyle=|\son\w+=|javascript:", text)
    assert not re.search(r'(?:src|href|action)="(?!/|data:|#)', text)


@pytest.mark.parametrize(
    ("kind", "most"), [("application/x-www-form-urlencoded", LARGEST_FORM), ("multipart/form-data; boundary=x", LARGEST_BODY)]
)
@pytest.mark.parametrize("told", [True, False])
def test_too_much_is_refused_whether_it_says_so_or_not(place, kind, most, told):
    browser = TestClient(place.app)
    mark_in(browser.get("/login").text)
    head = b'--x\r\nContent-Disposition: form-data; name="password"\r\n\r\n' if "multipart" in kind else b"password="
    body = head + b"a" * most
    content = body if told else (body[at : at + 2**16] for at in range(0, len(body), 2**16))
    answer = browser.post("/login", content=content, headers={"content-type": kind})
    assert answer.status_code == 413
    assert "文件过大" in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "multipart/form-data"}, b"x"),
        ({"content-type": "multipart/form-data; boundary="}, b"x"),
        ({"content-type": "multipart/form-data; boundary=\xff".encode("latin-1")}, b"--x"),
        ({"content-type": "application/json"}, b'{"user_id": ["a"]}'),
        ({"content-type": "application/x-www-form-urlencoded"}, b"user_id=%ff%fe&password=%00&form_mark=%F0%9F"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"&".join(b"user_id=a" for _ in range(2000))),
    ],
)
def test_a_form_that_is_none_is_refused_in_words(place, headers, body):
    browser = TestClient(place.app, follow_redirects=False)
    answer = browser.post("/login", content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert "hedui.unforeseen" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"])
def test_other_methods_change_nothing_and_tell_nothing(place, method):
    browser = TestClient(place.app, follow_redirects=False)
    answer = browser.request(method, "/login")
    assert answer.status_code == 405
    assert "access-control-allow-origin" not in answer.headers


def test_no_answer_holds_the_host_that_a_request_claims(place):
    browser = TestClient(place.app, follow_redirects=False)
    for path in ("/login", "/log", "/", "/nowhere", "/language/en?to=/login"):
        answer = browser.get(path, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
        assert "evil.example" not in answer.text + str(answer.headers)


def broken_routes(place) -> TestClient:
    """Routes that go wrong with somebody's name in the words."""

    app = opened(place.settings.home, fresh=True).app

    @app.get("/broken/{kind}")
    def broken(request: Request, kind: str) -> Response:
        if kind == "disk":
            raise PermissionError(13, CANARY, f"/somewhere/{CANARY}")
        if kind == "gate":
            raise Refusal(Fault("portal.contact_none", "task_no"))
        if kind == "cause":
            try:
                raise KeyError(CANARY)
            except KeyError as error:
                raise RuntimeError(CANARY) from error
        if kind == "group":
            raise ExceptionGroup(CANARY, [ValueError(CANARY)])
        raise ValueError(f"could not read {CANARY}")

    @app.get("/broken-answer")
    def broken_answer() -> Response:
        return PlainTextResponse(CANARY.encode(), headers={"x-name": CANARY})

    @app.post("/typed")
    def typed(number: int = Form()) -> Response:
        return PlainTextResponse(str(number))

    return TestClient(app, follow_redirects=False)


@pytest.mark.parametrize("path", ["/broken/value", "/broken/cause", "/broken/group", "/broken/disk", "/broken-answer"])
def test_what_nobody_foresaw_is_told_by_place_and_kind_and_never_in_its_own_words(place, path, caplog, capfd):
    browser = broken_routes(place)
    with caplog.at_level(logging.DEBUG):
        answer = browser.get(path)
    assert answer.status_code == 500
    assert "没有完成" in answer.text
    assert re.search(r"\[(hedui\.unforeseen|disk\.\w+)\]", answer.text)
    captured = capfd.readouterr()
    for text in (answer.text, str(answer.headers), caplog.text, captured.out, captured.err):
        if path != "/broken/disk":  # the operating system's own path is a file name of ours, which holds no person
            assert CANARY not in text
    assert "hedui" in caplog.text


def test_a_refusal_says_its_code_and_what_to_do(place):
    answer = broken_routes(place).get("/broken/gate")
    assert answer.status_code == 409
    assert "portal.contact_none" in answer.text


def test_a_field_that_is_not_understood_is_not_repeated(place, caplog):
    browser = broken_routes(place)
    with caplog.at_level(logging.DEBUG):
        answer = browser.post("/typed", data={"number": CANARY})
    assert answer.status_code == 422
    assert "填写不完整" in answer.text
    assert CANARY not in answer.text + caplog.text


def test_the_addresses_of_documents_for_programmers_are_not_there(place):
    browser = TestClient(place.app)
    assert {browser.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"HEDUI_PORTAL_SECRET": "short"}, {"portal.secret_short"}),
        ({"HEDUI_OIDC_ISSUER": "https://id.example.cn"}, {"portal.setting_missing"}),
        ({"HEDUI_OIDC_ISSUER": "http://id.example.cn", "HEDUI_OIDC_CLIENT": "a", "HEDUI_OIDC_SECRET": "b", "HEDUI_PORTAL_ADDRESS": "hedui"}, {"portal.address"}),
        ({"HEDUI_LDAP_URL": "http://d", "HEDUI_LDAP_USER_DN": "cn=admin", "HEDUI_LDAP_CA": "/nowhere"}, {"portal.ldap_url", "portal.ldap_user_dn", "portal.ldap_ca"}),
        ({"HEDUI_LDAP_URL": "ldaps://d", "HEDUI_LDAP_USER_DN": "uid={user},ou={user}"}, {"portal.ldap_user_dn"}),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_before_anybody_can_log_in(empty_state, given, codes):
    with pytest.raises(ConfigurationError) as refused:
        opened(empty_state, **given)
    assert {fault.code for fault in refused.value.faults} == codes
    assert all(fault.text(locale) for fault in refused.value.faults for locale in ("zh", "en"))


def test_the_secret_is_made_once_for_its_owner_only(tmp_path, empty_state):
    import shutil

    home = shutil.copytree(empty_state, tmp_path / "home")
    first, second = opened(home).app.state.portal.secret, opened(home).app.state.portal.secret
    assert first == second
    assert len(first.reveal()) >= 32
    assert (home / "portal.secret").stat().st_mode & 0o777 == 0o600
    assert first.reveal() not in repr(PortalSettings(first))
