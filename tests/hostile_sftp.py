"""A server that speaks SSH and SFTP as it likes: it counts the passwords that it is sent, and lists names that no honest server would."""

from __future__ import annotations

import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import paramiko

PASSWORD = "right99"


@dataclass
class Hostile:
    """`names` are what the folder is said to hold; `passwords` and `opened` what the client sent and asked for."""

    port: int
    key: paramiko.PKey
    names: list[str]
    passwords: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def url(self, fingerprint: str = "") -> str:
        return f"sftp://hedui:{PASSWORD}@127.0.0.1:{self.port}/drop?fingerprint={fingerprint or self.key.fingerprint}"


class _Door(paramiko.ServerInterface):
    def __init__(self, server: Hostile) -> None:
        self.server = server

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        self.server.passwords.append(password)
        return paramiko.AUTH_SUCCESSFUL if password == PASSWORD else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, door: _Door, *given: object, **named: object) -> None:
        super().__init__(door, *given, **named)
        self.server = door.server

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes]:
        return [_attributes(name, stat.S_IFREG) for name in self.server.names]

    def stat(self, path: str) -> paramiko.SFTPAttributes:
        return _attributes("drop", stat.S_IFDIR)

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> int:
        self.server.opened.append(path)
        return paramiko.SFTP_NO_SUCH_FILE


def _attributes(name: str, kind: int) -> paramiko.SFTPAttributes:
    found = paramiko.SFTPAttributes()
    found.filename, found.st_mode, found.st_size, found.st_mtime, found.st_atime = name, kind | 0o644, 3, 1_790_000_000, 1_790_000_000
    return found


@contextmanager
def hostile(*names: str) -> Iterator[Hostile]:
    """Serves until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Hostile(listening.getsockname()[1], paramiko.ECDSAKey.generate(), list(names))
        transports: list[paramiko.Transport] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                transport = paramiko.Transport(connection)
                transports.append(transport)
                transport.add_server_key(server.key)
                transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files)
                try:
                    transport.start_server(server=_Door(server))
                except (paramiko.SSHException, EOFError):
                    continue

        threading.Thread(target=serve, daemon=True).start()
        yield server
        for transport in transports:
            transport.close()
        listening.shutdown(socket.SHUT_RDWR)
