"""The one door to the Parquet files of a run: encrypted where the installation has a key, plain where it has none (rights.md R8).

HEDUI_SNAPSHOT_KEY is read here and not passed along, because every stage reads and writes its own files. Parquet modular encryption, footer
included: each file has a data key of its own, which lies in the file, wrapped by the installation's key. A plain file can be read all the same:
it is of a night before there was a key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from vocabulary.errors import ConfigurationError, Fault
from vocabulary.settings import SNAPSHOT_KEY

if TYPE_CHECKING:
    import pandas as pd

KEY_BYTES = (16, 32)
ENCRYPTED = b"PARE"
"""The first bytes of a file whose footer is encrypted too; a plain one begins with PAR1."""
MASTER_KEY, NONCE_BYTES, KEY_BITS = "snapshot", 12, 256
MARK, PROOF = ".snapshot_key", b"hedui snapshots"


def snapshot_key(environment: Mapping[str, str] | None = None) -> bytes | None:
    """The key of this installation; None where it has none. Raises ConfigurationError for something else than a key."""
    text = (os.environ if environment is None else environment).get(SNAPSHOT_KEY)
    if not text:
        return None
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in KEY_BYTES:
        raise ConfigurationError(Fault("snapshot.key_form", SNAPSHOT_KEY))
    return key


def hold_to_key(runs: Path) -> None:
    """Refuse to go on under another key than the runs were written with, or under none: half of them could never be read.

    The first night with a key leaves a mark from which the key cannot be told. Raises ConfigurationError.
    """
    mark, key = runs / MARK, snapshot_key()
    if not mark.is_file():
        if key is not None and runs.is_dir():
            partial = mark.with_name(f"{MARK}.partial")
            partial.touch(0o600)
            partial.write_bytes(wrapped(key, PROOF))
            partial.replace(mark)
        return
    if unwrapped(_required(key, MARK), mark.read_bytes(), MARK) != PROOF:
        raise ConfigurationError(Fault("snapshot.key_wrong", MARK))


def is_encrypted(path: Path) -> bool:
    """Whether a Parquet file needs the key."""
    with path.open("rb") as file:
        return file.read(len(ENCRYPTED)) == ENCRYPTED


def plain_files(folder: Path) -> list[Path]:
    """Parquet files that should be encrypted and are not; none where there is no key."""
    return [path for path in sorted(folder.rglob("*.parquet")) if not is_encrypted(path)] if snapshot_key() else []


def for_writing() -> dict[str, Any]:
    """What Arrow's and pandas' writers need besides the table: nothing where there is no key."""
    key = snapshot_key()
    if key is None:
        return {}
    from pyarrow.parquet.encryption import EncryptionConfiguration

    configuration = EncryptionConfiguration(
        footer_key=MASTER_KEY, uniform_encryption=True, plaintext_footer=False, double_wrapping=False, data_key_length_bits=KEY_BITS
    )
    factory, connection = _factory(key)
    return {"encryption_properties": factory.file_encryption_properties(connection, configuration)}


def for_reading(path: Path) -> dict[str, Any]:
    """What Arrow's and pandas' readers need for this file. Raises ConfigurationError where the key is missing or another."""
    if not is_encrypted(path):
        return {}
    factory, connection = _factory(_required(snapshot_key(), path.name))
    told = {"decryption_properties": factory.file_decryption_properties(connection)}
    from cryptography.exceptions import InvalidTag

    try:
        pq.read_schema(path, **told)
    except InvalidTag:
        raise ConfigurationError(Fault("snapshot.key_wrong", path.name)) from None
    return told


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of a file, as Arrow."""
    return pq.read_table(path, columns=list(columns) if columns else None, **for_reading(path))


def read_frame(path: Path, columns: Sequence[str] | None = None, **options: Any) -> pd.DataFrame:
    """The rows of a file, as pandas."""
    import pandas as pd

    return pd.read_parquet(path, columns=list(columns) if columns else None, **options, **for_reading(path))


def read_columns(path: Path) -> list[str]:
    """The names of a file's columns."""
    names: list[str] = pq.read_schema(path, **for_reading(path)).names
    return names


def content_sha256(path: Path) -> str:
    """SHA-256 that is the same for the same rows: encrypted, the same rows never have the same bytes twice."""
    if not is_encrypted(path):
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    plain = io.BytesIO()
    pq.write_table(read_table(path), plain, compression="zstd")
    return hashlib.sha256(plain.getbuffer()).hexdigest()


def wrapped(key: bytes, content: bytes) -> bytes:
    """Content under a key: AES-GCM, a nonce of its own before it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, None)


def unwrapped(key: bytes, content: bytes, where: str) -> bytes:
    """What was wrapped. Raises ConfigurationError under another key."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], None)
    except InvalidTag:
        raise ConfigurationError(Fault("snapshot.key_wrong", where)) from None


def _required(key: bytes | None, where: str) -> bytes:
    if key is None:
        raise ConfigurationError(Fault("snapshot.key_missing", where))
    return key


@cache
def _factory(key: bytes) -> tuple[Any, Any]:
    """Arrow's crypto factory over this installation's key, and a connection to it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from pyarrow.parquet.encryption import CryptoFactory, KmsClient, KmsConnectionConfig

    class InstallationKey(KmsClient):  # type: ignore[misc]
        """Arrow's idea of a key service: here, one key that never leaves the process."""

        def wrap_key(self, key_bytes: bytes, _: str) -> bytes:
            return base64.b64encode(wrapped(key, key_bytes))

        def unwrap_key(self, wrapped_key: bytes, _: str) -> bytes:
            raw = base64.b64decode(wrapped_key)
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None)

    return CryptoFactory(lambda _: InstallationKey()), KmsConnectionConfig()
