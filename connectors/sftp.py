"""A connection to an SFTP server that is who it was said to be, and what goes wrong with one, as faults in our own words.

Only reading calls are made: `lstat`, `listdir`, `open` for reading. The host key is checked before a password is sent or a key is used.
"""

from __future__ import annotations

import errno
import io
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import paramiko
from paramiko.hostkeys import HostKeyEntry, InvalidHostKey

from connectors.sftp_source import SFTP_PORT, SftpFolder
from vocabulary.errors import ConfigurationError, DeliveryRefused, Fault, Refusal, Unreachable, unforeseen

Answer = TypeVar("Answer")
CONNECT_SECONDS = 10
SILENT_SECONDS = 60
"""A server that says nothing for so long in the middle of a file is gone."""

OWN_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})
"""What this machine says when a copy cannot be kept; a server has no such words."""
NO_WAY_IN = "No authentication methods available"
"""What the library says where there is neither password nor key."""


class _Unknown(paramiko.SSHException):
    """The server showed a key that nobody vouched for."""

    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        super().__init__("host key not known")


class _Vouched(paramiko.MissingHostKeyPolicy):
    """Asked where known_hosts has no key of the server: the key is right if its fingerprint is, and nobody is trusted on first sight."""

    def __init__(self, fingerprint: str | None) -> None:
        self.fingerprint = fingerprint

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Raises _Unknown."""
        if self.fingerprint is None or key.fingerprint.rstrip("=") != self.fingerprint.rstrip("="):
            raise _Unknown(key.fingerprint)


def in_session(source: SftpFolder, where: str, work: Callable[[paramiko.SFTPClient], Answer]) -> Answer:
    """What `work` answers in a session for reading. What fails in it is raised as Unreachable, DeliveryRefused or ConfigurationError.

    Raised outside the handler, so that the library's own words are not chained to it.
    """
    client = paramiko.SSHClient()
    try:
        _open(client, source)
        session = client.open_sftp()
        session.get_channel().settimeout(SILENT_SECONDS)  # type: ignore[union-attr]  # just opened
        return work(session)
    except Refusal as refusal:
        refused = refusal
    except (paramiko.SSHException, EOFError, OSError) as error:
        refused = refusal_of(error, where)
    finally:
        client.close()
    raise refused


def _open(client: paramiko.SSHClient, source: SftpFolder) -> None:
    given = source.key_file or source.private_key or source.password
    _trust(client, source)
    client.connect(
        source.host,
        source.port,
        source.user,
        password=source.password.reveal() if source.password else None,
        pkey=_key(source),
        # The account's own keys only where none was named: a server counts every key that it is shown.
        allow_agent=not given,
        look_for_keys=not given,
        timeout=CONNECT_SECONDS,
        banner_timeout=CONNECT_SECONDS,
        auth_timeout=CONNECT_SECONDS,
        channel_timeout=CONNECT_SECONDS,
    )


def _trust(client: paramiko.SSHClient, source: SftpFolder) -> None:
    """Who vouches: the key itself, its fingerprint, or known_hosts; the first that is given, and nothing beside it."""
    client.set_missing_host_key_policy(_Vouched(source.fingerprint))
    damaged = False
    if source.host_key:
        name = source.host if source.port == SFTP_PORT else f"[{source.host}]:{source.port}"
        key = _host_key(source.host_key, name)
        damaged = key is None
        if key is not None:
            client.get_host_keys().add(name, key.get_name(), key)
    elif not source.fingerprint:
        known = source.known_hosts or Path("~/.ssh/known_hosts").expanduser()
        if known.is_file():
            try:
                client.load_system_host_keys(str(known))
            except InvalidHostKey:
                damaged = True
    if damaged:
        raise ConfigurationError(Fault("sftp.host_key_form", source.host))


def _host_key(text: str, name: str) -> paramiko.PKey | None:
    """`ssh-ed25519 AAAA…`; the kind may be missing, as in Airflow's own Connections, and is RSA then."""
    words = text.split()
    kind, coded = (words[0], words[1]) if len(words) > 1 else ("ssh-rsa", "".join(words))
    try:
        entry = HostKeyEntry.from_line(f"{name} {kind} {coded}")
    except (paramiko.SSHException, InvalidHostKey, ValueError):
        return None
    return entry.key if entry else None


def _key(source: SftpFolder) -> paramiko.PKey | None:
    """The key that the Connection holds or names. Raises ConfigurationError where it is none, or cannot be opened."""
    if source.private_key is None and source.key_file is None:
        return None
    passphrase = source.passphrase.reveal() if source.passphrase else None
    try:
        text = source.private_key.reveal() if source.private_key else source.key_file.read_text(encoding="ascii")  # type: ignore[union-attr]
    except (OSError, UnicodeError):
        text = ""
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text), password=passphrase)
        except (paramiko.SSHException, ValueError, IndexError, TypeError):
            continue
    raise ConfigurationError(Fault("sftp.private_key", source.host))


def refusal_of(error: Exception, where: str) -> Refusal:
    """What an error means for the night: Unreachable where trying again may help."""
    if isinstance(error, _Unknown):
        return DeliveryRefused(Fault("sftp.host_unknown", where, {"fingerprint": error.fingerprint}))
    if isinstance(error, paramiko.BadHostKeyException):
        return DeliveryRefused(Fault("sftp.host_changed", where, {"fingerprint": error.key.fingerprint}))
    if isinstance(error, paramiko.PasswordRequiredException | paramiko.AuthenticationException):
        return DeliveryRefused(Fault("source.login_refused", where))
    if str(error) == NO_WAY_IN:
        return DeliveryRefused(Fault("source.login_refused", where))
    if isinstance(error, FileNotFoundError):
        return Unreachable(Fault("source.missing_folder", where))
    if isinstance(error, PermissionError):
        return DeliveryRefused(Fault("sftp.permission", where))
    if isinstance(error, OSError) and error.errno in OWN_DISK:
        return unforeseen(error)
    return Unreachable(Fault("source.unreachable", where))
