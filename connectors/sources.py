"""Where a registry's rows come from: a database by URL, or a folder that an office drops files into, here or on an SFTP server."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from connectors.sftp_source import SFTP_KINDS, SftpFolder, read_sftp_connection, read_sftp_url
from vocabulary.counties import CONNECTION, VARIABLE
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.parts import Part
from vocabulary.settings import Secret, Settings, source_variable

if TYPE_CHECKING:
    from airflow.sdk import Connection

DIALECTS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "mssql": "mssql+pyodbc",
    "oracle": "oracle+oracledb",
}
"""Airflow's words for kinds of database, and those of a URL that names no driver -> SQLAlchemy's. `postgresql://` alone would depend on its version."""
FOLDER_KINDS = frozenset({"fs", "file"})


@dataclass(frozen=True)
class Database:
    """A registry published as a table or view; the URL may hold a password, so it is a secret."""

    url: Secret

    @property
    def label(self) -> str:
        """Dialect, host and database name: enough to know which one is meant, and nothing secret."""
        from sqlalchemy.engine import make_url

        url = make_url(self.url.reveal())
        host = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
        return f"{url.get_backend_name()}://{host}/{url.database or ''}"


@dataclass(frozen=True)
class DropFolder:
    """A folder (or one file) that an office delivers into."""

    path: Path

    @property
    def label(self) -> str:
        """The folder itself."""
        return self.path.as_uri()


Folder = DropFolder | SftpFolder
Source = Database | Folder


def source_of(settings: Settings, registry: str, environment: Mapping[str, str] = os.environ, county: str = "") -> Source:
    """The Airflow Connection `hedui_<registry>` (`hedui_<registry>_<county>` for a county's part) where there is one, else what the settings say.

    Raises ConfigurationError where neither says anything, or where it is no URL.
    """
    part = Part(registry, county)
    from_connection = _from_airflow(part, environment)
    if from_connection is not None:
        return from_connection
    told = settings.source_text(part)
    if told is None and county and settings.counties.source(part) == CONNECTION:
        connection_id = source_variable(registry, county).lower()
        raise ConfigurationError(Fault("source.connection", part.key, {"connection": connection_id}))
    if told is None:
        raise ConfigurationError(Fault("source.not_configured", part.key, {"variable": VARIABLE if county else source_variable(registry)}))
    return read_source(told, part.key, VARIABLE if county else source_variable(registry))


def read_source(secret: Secret, registry: str, variable: str = "") -> Source:
    """A `file:///folder`, a plain path, `sftp://user@host/folder`, or a SQLAlchemy URL. Raises ConfigurationError, which does not repeat the text.

    `variable`: what a fault names as the place to correct; without it, the registry's own.
    """
    variable = variable or source_variable(registry)
    text = secret.reveal().strip()
    if text.startswith("file:"):
        return DropFolder(Path(unquote(urlsplit(text).path)))
    if "://" not in text:
        return DropFolder(Path(text).expanduser().absolute())
    if text.startswith("sftp:"):
        return read_sftp_url(text, registry, variable)
    kind, _, rest = text.partition("://")
    text = f"{DIALECTS.get(kind, kind)}://{rest}"
    _check_url(text, registry, variable)
    return Database(Secret(text))


def _check_url(text: str, registry: str, variable: str) -> None:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        make_url(text).get_dialect().import_dbapi()
        return
    except (ArgumentError, ValueError):
        problem = "not a database URL"
    except NoSuchModuleError:
        problem = "a kind of database that SQLAlchemy does not know"
    except ImportError:
        problem = "a database whose driver is not installed"
    # Raised outside the handler: the original exception may quote the URL, and a chained one would be printed with it.
    raise ConfigurationError(Fault("source.unsupported", registry, {"problem": problem, "variable": variable}))


def _from_airflow(part: Part, environment: Mapping[str, str]) -> Source | None:
    """Airflow costs 3 s to import: it is asked only where it runs already, or where the environment holds its Connection."""
    connection_id = source_variable(part.registry, part.county).lower()
    named = f"AIRFLOW_CONN_{connection_id.upper()}" in environment
    if not named and "airflow.sdk" not in sys.modules:
        return None
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

    try:
        connection = Connection.get(connection_id)
    except (AirflowNotFoundException, AirflowRuntimeError):
        if named:
            raise ConfigurationError(Fault("source.connection", connection_id, {"connection": connection_id})) from None
        return None
    return _read_connection(connection, part.key, connection_id.upper())


def _read_connection(connection: Connection, registry: str, variable: str) -> Source:
    from sqlalchemy.engine import URL

    kind = (connection.conn_type or "").lower()
    extra = {name: str(value) for name, value in (connection.extra_dejson or {}).items()}
    if kind in FOLDER_KINDS:
        return DropFolder(Path(extra.get("path") or connection.schema or connection.host or "").absolute())
    if kind in SFTP_KINDS:
        return read_sftp_connection(connection, registry, variable)
    # Airflow keeps an SQLite file in `host` or `schema`, by the way the Connection was written.
    database = (connection.schema or connection.host) if kind == "sqlite" else connection.schema
    url = URL.create(
        DIALECTS.get(kind, kind),
        username=connection.login or None,
        password=connection.password or None,
        host=None if kind == "sqlite" else connection.host or None,
        port=connection.port,
        database=database or None,
        query=extra,
    )
    return read_source(Secret(url.render_as_string(hide_password=False)), registry, variable)
