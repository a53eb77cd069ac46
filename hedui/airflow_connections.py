"""Registries that the environment names, as Airflow Connections, so that Airflow's page of Connections shows what is connected."""

from __future__ import annotations

import json
from typing import Any

from connectors.sftp_source import SftpFolder
from connectors.sources import DIALECTS, Database, DropFolder, Source, read_source
from vocabulary.settings import Settings, source_variable

KINDS = {driver: kind for kind, driver in reversed(DIALECTS.items())}
"""SQLAlchemy's words -> Airflow's."""


def save_connections(settings: Settings) -> None:
    """Keep one for each registry that a variable names; it follows the variable, until somebody edits its description: then it is theirs."""
    from airflow.models.connection import Connection
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        for registry, secret in settings.sources.items():
            variable = source_variable(registry)
            told = fields_of(read_source(secret, registry))
            standing = session.scalar(select(Connection).where(Connection.conn_id == variable.lower()))
            if told is None or (standing is not None and standing.description != variable):
                continue
            if standing is not None:
                session.delete(standing)
                session.flush()
            session.add(Connection(conn_id=variable.lower(), description=variable, **told))


def fields_of(source: Source) -> dict[str, Any] | None:
    """What a Connection says of a source; nothing where it cannot say all that the address says."""
    if isinstance(source, DropFolder):
        return {"conn_type": "fs", "extra": json.dumps({"path": str(source.path)})}
    return _of_sftp(source) if isinstance(source, SftpFolder) else _of_database(source)


def _of_sftp(source: SftpFolder) -> dict[str, Any]:
    extra = {
        "path": source.path,
        "fingerprint": source.fingerprint,
        "host_key": source.host_key,
        "known_hosts": str(source.known_hosts) if source.known_hosts else None,
        "key_file": str(source.key_file) if source.key_file else None,
        "private_key": source.private_key.reveal() if source.private_key else None,
        "private_key_passphrase": source.passphrase.reveal() if source.passphrase else None,
    }
    return {
        "conn_type": "sftp",
        "host": source.host,
        "port": source.port,
        "login": source.user,
        "password": source.password.reveal() if source.password else None,
        "extra": json.dumps({name: value for name, value in extra.items() if value is not None}),
    }


def _of_database(source: Database) -> dict[str, Any] | None:
    from sqlalchemy.engine import make_url

    url = make_url(source.url.reveal())
    if not all(isinstance(value, str) for value in url.query.values()):
        return None
    told = {
        "conn_type": KINDS.get(url.drivername, url.drivername),
        "host": url.host,
        "schema": url.database,
        "login": url.username,
        "password": url.password,
        "port": url.port,
        "extra": json.dumps(dict(url.query)) if url.query else None,
    }
    return {name: value for name, value in told.items() if value is not None}
