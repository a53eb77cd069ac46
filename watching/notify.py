"""Notices go out: by mail and to a webhook, through Airflow's own hooks and Connections. One that cannot be sent is a line in the log, no more.

Airflow is imported only where there is somebody to tell.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from vocabulary.logs import tell
from watching.notices import Channels, Notice

MAIL, WEBHOOK = "hedui_mail", "hedui_webhook"
"""The Connections, of type smtp and http."""
SECONDS = 10
"""How long a webhook may take to answer, unless its Connection says otherwise: a night waits for it."""


def send(notice: Notice, channels: Channels) -> list[str]:
    """Tell everybody who is to be told of such a thing; the channels that took it."""
    wanted = {
        "mail": (bool(channels.to) and notice.code in channels.mailed, _mail),
        "webhook": (channels.posts and notice.code in channels.posted, _post),
    }
    took = []
    for name, (is_wanted, way) in wanted.items():
        if not is_wanted:
            continue
        try:
            way(notice, channels)
        except Exception as error:  # noqa: BLE001 - whatever the other side does, the night is what it is; its words may hold a password
            tell("notice.not_sent", logging.WARNING, notice=notice.code, channel=name, run_id=notice.run_id, kind=type(error).__name__)
        else:
            tell("notice.sent", notice=notice.code, channel=name, run_id=notice.run_id)
            took.append(name)
    return took


def _mail(notice: Notice, channels: Channels) -> None:
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in notice.text.split("\n"))
    with SmtpHook(smtp_conn_id=MAIL) as hook:
        hook.send_email_smtp(to=list(channels.to), subject=notice.title, html_content=body, mime_subtype="alternative")


def _post(notice: Notice, channels: Channels) -> None:
    from airflow.providers.http.hooks.http import HttpHook

    hook = HttpHook(method="POST", http_conn_id=WEBHOOK)
    connection = hook.get_connection(WEBHOOK)
    path = channels.path
    if "{password}" in path:  # a bot's key is its whole protection: it stands in the address, and in no settings file
        path = path.replace("{password}", quote(connection.password or "", safe=""))
        hook.auth_type = _no_login
    options = {} if "timeout" in connection.extra_dejson else {"timeout": SECONDS}
    answer = hook.run(path, json=body_of(notice, channels.form), extra_options=options)
    if channels.form != "json" and (answer.json().get("errcode") or answer.json().get("code")):
        raise ValueError("the bot refused the message")  # these answer 200 whatever happens


def _no_login(*_: str) -> None:
    """No user and password in the header."""


def body_of(notice: Notice, form: str) -> Mapping[str, Any]:
    """What is posted. Feishu's and WeCom's bots, and DingTalk's, take a text each in a form of its own."""
    if form == "json":
        told = {"source": "hedui", "code": notice.code, "run_id": notice.run_id, "title": notice.title, "text": notice.text}
        return {**told, **notice.facts}
    if form == "feishu":
        return {"msg_type": "text", "content": {"text": notice.text}}
    return {"msgtype": "text", "text": {"content": notice.text}}
