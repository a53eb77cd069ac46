"""Nights as they lie in an installation, and the servers that notices go to: real ones, on this machine."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from vocabulary.findings import Kind
from vocabulary.runs import private_folder
from vocabulary.settings import Settings

STAGES = {
    "land": {"seconds": 0.5, "counts": {"hukou": {"rows": 1079}, "hospital": {"rows": 1261}}},
    "accept": {"seconds": 2.0, "counts": {"fresh": 2}},
    "link": {"seconds": 3.0, "counts": {"records": 2340, "births": 1472, "pairs_link": 998, "pairs_review": 3}},
    "find": {"seconds": 1.0, "counts": {"findings": 37, "withheld": 0, "opened": 4, "reopened": 0, "closed": 12}},
    "publish": {"seconds": 1.5, "counts": {"desks": 4, "rows": 33}},
}
LEVELS = {"born_on": {"exact": [900, 899.0], "lunar": [30, 31.0], "different": [70, 70.0]}}


def delivery(registry: str, **told: Any) -> dict[str, Any]:
    usual = {"status": "fresh", "as_of": "2026-10-31", "rows_landed": 1000, "rows_accepted": 1000, "rows_quarantined": 0, "reason": None}
    return {"registry": registry, **usual, **told}


@dataclass
class Office:
    """An installation's nights, written as hedui writes them."""

    home: Path

    @property
    def settings(self) -> Settings:
        return Settings.from_environment({"HEDUI_HOME": str(self.home), "HEDUI_LOCALE": "en"})

    def night(self, run_id: str, report: dict[str, Any] | None = None, measured: dict[str, Any] | None = None) -> Path:
        folder = private_folder(self.home / "runs" / run_id)
        as_of = run_id[:10]
        (folder / "run.json").write_text(json.dumps({"run_id": run_id, "as_of": as_of, "area": []}), encoding="utf-8")
        told = {
            "run_id": run_id, "as_of": as_of, "status": "complete", "exit_code": 0, "stages": STAGES, "faults": [], "changed": True,
            "registries": [delivery("hukou", as_of=as_of), delivery("hospital", as_of=as_of)],
            "findings": {kind.value: 0 for kind in Kind} | {"not_registered": 33, "conflict": 4},
        }  # fmt: skip
        (folder / "report.json").write_text(json.dumps(told | (report or {})), encoding="utf-8")
        seen = {
            "filled": {"hukou": {"child_name": [1000, 1000], "father_name": [950, 1000]}, "hospital": {"father_name": [930, 1000]}},
            "codes": {"hospital": {"mother_id_number:check_digit": 12, "mother_id_number:id_sex": 3}},
            "levels": LEVELS,
            "weights": {"born_on": {"exact": [7.5, 0.9], "lunar": [4.0, 0.03], "different": [-5.0, 0.07]}},
            "changed": {
                "records": {"hukou": {"arrived": 12, "gone": 0, "corrected": 3}},
                "births": {"new": 9, "joined": 2, "split": 0, "gone": 0},
                "findings": {"not_registered": {"found": 7, "gone": 4}, "conflict": {"found": 0, "gone": 0}},
            },
        }
        (folder / "watch.json").write_text(json.dumps(seen | (measured or {})), encoding="utf-8")
        return folder


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "home")


@dataclass
class Received:
    """What a server got."""

    port: int = 0
    mails: list[Message] = field(default_factory=list)
    posts: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    answer: tuple[int, bytes] = (200, b"{}")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        self.mails.append(message_from_bytes(envelope.content))
        return "250 taken"


def text_of(mail: Message) -> str:
    return "\n".join(part.get_payload(decode=True).decode("utf-8") for part in mail.walk() if not part.is_multipart())


@pytest.fixture
def post_office() -> Iterator[Received]:
    """An SMTP server on loopback."""
    got = Received()
    with socket.create_server(("127.0.0.1", 0)) as free:  # the controller wants to be told a port
        got.port = free.getsockname()[1]
    controller = Controller(got, hostname="127.0.0.1", port=got.port)
    controller.start()
    yield got
    controller.stop()


@pytest.fixture
def bell() -> Iterator[Received]:
    """An HTTP server on loopback."""
    got = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.posts.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(got.answer[0])
            self.end_headers()
            self.wfile.write(got.answer[1])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    got.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield got
    server.shutdown()


def connections(mail_port: int, bell_port: int, **more: Any) -> dict[str, str]:
    """Airflow's Connections by environment, as a deployment gives them."""
    extra = {"from_email": "hedui@example.cn", "disable_tls": True, "disable_ssl": True, "timeout": 5, "retry_limit": 0}
    mail = {"conn_type": "smtp", "host": "127.0.0.1", "port": mail_port, "extra": extra}
    webhook = {"conn_type": "http", "host": "127.0.0.1", "port": bell_port, "schema": "http", **more}
    return {"AIRFLOW_CONN_HEDUI_MAIL": json.dumps(mail), "AIRFLOW_CONN_HEDUI_WEBHOOK": json.dumps(webhook)}
