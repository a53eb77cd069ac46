"""An SFTP server of a test's own: OpenSSH on loopback, a host key and an account's key made for it, gone afterwards. It runs as whoever runs the test."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
SEPARATION = Path("/run/sshd")
"""Where sshd, run by root, locks itself in; a system without its service has none."""


@dataclass
class SftpServer:
    """A running server; `drop` is the folder that offices deliver into."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def drop(self) -> Path:
        return self.folder / "drop"

    @property
    def key(self) -> Path:
        return self.folder / "account"

    @property
    def fingerprint(self) -> str:
        told = subprocess.run(["ssh-keygen", "-lf", f"{self.folder}/host.pub"], capture_output=True, text=True, check=True)
        return told.stdout.split()[1]

    @property
    def host_key(self) -> str:
        return " ".join((self.folder / "host.pub").read_text().split()[:2])

    def url(self, folder: str = "", **words: str) -> str:
        from urllib.parse import quote, urlencode

        words = {"key_file": str(self.key), "fingerprint": self.fingerprint} | words
        asked = urlencode({name: value for name, value in words.items() if value}, quote_via=quote)
        return f"sftp://{getpass.getuser()}@127.0.0.1:{self.port}{quote(folder or str(self.drop))}?{asked}"

    def cut(self) -> None:
        """Every connection breaks, as when a cable is pulled; the server goes on listening."""
        for child in children_of(self.process.pid):
            os.kill(child, signal.SIGKILL)


def children_of(parent: int) -> list[int]:
    """A process's children, theirs first."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == parent:
            child = int(path.parent.name)
            found += [*children_of(child), child]
    return found


@contextmanager
def sftp_server() -> Iterator[SftpServer]:
    folder = Path(tempfile.mkdtemp(prefix="hedui-sftp-", dir="/tmp"))
    (folder / "drop").mkdir()
    if os.getuid() == 0:
        SEPARATION.mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "account"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    shutil.copyfile(folder / "account.pub", folder / "allowed")
    (folder / "allowed").chmod(0o600)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = (
        f"ListenAddress 127.0.0.1:{port}", f"HostKey {folder}/host", f"AuthorizedKeysFile {folder}/allowed", f"PidFile {folder}/pid",
        "PasswordAuthentication no", "KbdInteractiveAuthentication no", "UsePAM no", "StrictModes no", "PermitRootLogin prohibit-password",
        "Subsystem sftp internal-sftp",
    )  # fmt: skip
    (folder / "sshd_config").write_text("\n".join(settings) + "\n")
    process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(folder / "sshd_config")], stderr=(folder / "log").open("wb"))
    try:
        _wait_for(port)
        server = SftpServer(folder, port, process)
        yield server
        server.cut()
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("sshd does not answer")


@pytest.fixture(scope="session")
def running_sftp() -> Iterator[SftpServer]:
    if not Path(SSHD).exists():
        if os.environ.get("CI"):
            pytest.fail("there is no OpenSSH server, and CI must try it: apt-get install openssh-server")
        pytest.skip("the OpenSSH server is not installed")
    with sftp_server() as server:
        yield server


@pytest.fixture
def sftp(running_sftp: SftpServer) -> SftpServer:
    """The server, with an empty drop folder."""
    shutil.rmtree(running_sftp.drop)
    running_sftp.drop.mkdir()
    return running_sftp
