"""A drop folder on an SFTP server: where it is, who asks, and which host key its server has. Passwords and keys never print.

As a URL: `sftp://user@host:22/folder?fingerprint=SHA256:…`, with `key_file=/path` or a password. As an Airflow Connection: type `sftp` or
`ssh`, the words of its extra as Airflow's own SSH connections have them (`key_file`, `private_key`, `private_key_passphrase`, `host_key`),
and ours: `path`, `fingerprint`, `known_hosts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from vocabulary.errors import ConfigurationError, Fault
from vocabulary.settings import Secret

if TYPE_CHECKING:
    from airflow.sdk import Connection

SFTP_KINDS = frozenset({"sftp", "ssh"})
SFTP_PORT = 22
OUR_WORDS = frozenset({"path", "fingerprint", "known_hosts", "key_file", "private_key", "private_key_passphrase", "host_key"})
AIRFLOWS_WORDS = frozenset(
    {"timeout", "conn_timeout", "keepalive_interval", "compress", "no_host_key_check", "allow_host_key_change", "look_for_keys"}
)
"""Of its SSH connections; they say nothing that we need. `no_host_key_check` must be false: a server is never trusted unseen."""
UNCHECKED = ("no_host_key_check", "allow_host_key_change")


@dataclass(frozen=True)
class SftpFolder:
    """A folder (or one file) on a server. At least one of `password`, `key_file`, `private_key`; otherwise the account's own keys.

    `fingerprint`: `SHA256:…` of the host key, `host_key`: the key itself, as in known_hosts (`ssh-ed25519 AAAA…`). Where neither is given,
    `known_hosts` decides, or the account's own ~/.ssh/known_hosts.
    """

    host: str
    path: str
    user: str
    port: int = SFTP_PORT
    password: Secret | None = None
    key_file: Path | None = None
    private_key: Secret | None = None
    passphrase: Secret | None = None
    fingerprint: str | None = None
    host_key: str | None = None
    known_hosts: Path | None = None

    @property
    def label(self) -> str:
        """Server and folder; neither account nor key."""
        return f"sftp://{self.host}{f':{self.port}' if self.port != SFTP_PORT else ''}{self.path}"


def read_sftp_url(text: str, registry: str, variable: str) -> SftpFolder:
    """The source that a URL names. Raises ConfigurationError, which does not repeat the text; `variable` is what it asks to correct."""
    found = _split(text)
    # A fingerprint is base64: a plus is a plus in it, and no space.
    words = dict(parse_qsl(found.query.replace("+", "%2B"))) if found else {}
    if found is None or not found.hostname or not found.username or set(words) - OUR_WORDS:
        raise _unsupported("not an address of the form sftp://user@host/folder?fingerprint=SHA256:…", registry, variable)
    _installed(registry, variable)
    password = unquote(found.password) if found.password else None
    return _source(words | {"path": unquote(found.path)}, found.hostname, unquote(found.username), found.port, password)


def read_sftp_connection(connection: Connection, registry: str, variable: str) -> SftpFolder:
    """The source that an Airflow Connection names; `path` of its extra is the folder. Raises ConfigurationError."""
    extra = {name: str(value) for name, value in (connection.extra_dejson or {}).items()}
    unchecked = [word for word in UNCHECKED if extra.get(word, "").lower() in {"true", "1", "yes"}]
    if unchecked:
        raise ConfigurationError(Fault("sftp.unchecked", registry, {"word": unchecked[0]}))
    if not connection.host or not connection.login or set(extra) - OUR_WORDS - AIRFLOWS_WORDS:
        raise _unsupported("an SFTP Connection without host or login, or with a word in its extra that is not known", registry, variable)
    _installed(registry, variable)
    return _source(extra, connection.host, connection.login, connection.port, connection.password)


def _split(text: str) -> SplitResult | None:
    try:
        found = urlsplit(text)
        _ = found.port
    except ValueError:
        return None
    return None if found.fragment else found


def _installed(registry: str, variable: str) -> None:
    if find_spec("paramiko") is None:
        raise _unsupported("an SFTP server, and paramiko is not installed: pip install 'hedui[sftp]'", registry, variable)


def _source(words: Mapping[str, str], host: str, user: str, port: int | None, password: str | None) -> SftpFolder:
    return SftpFolder(
        host=host,
        path=words.get("path") or "/",
        user=user,
        port=port or SFTP_PORT,
        password=_secret(password),
        key_file=_file(words.get("key_file")),
        private_key=_secret(words.get("private_key")),
        passphrase=_secret(words.get("private_key_passphrase")),
        fingerprint=words.get("fingerprint") or None,
        host_key=words.get("host_key") or None,
        known_hosts=_file(words.get("known_hosts")),
    )


def _secret(text: str | None) -> Secret | None:
    return Secret(text) if text else None


def _file(text: str | None) -> Path | None:
    return Path(text).expanduser().absolute() if text else None


def _unsupported(problem: str, registry: str, variable: str) -> ConfigurationError:
    return ConfigurationError(Fault("source.unsupported", registry, {"problem": problem, "variable": variable}))
