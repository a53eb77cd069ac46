"""Which registry a source is of, where nobody says so: by a view's name, a file's name, or the columns that its header names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from connectors.complaints import Complaints
from connectors.drop_folder import owner_of
from connectors.headers import field_of, names_of
from connectors.profiling.offered import heads_of, offered_columns, tables_of
from connectors.sftp_source import SftpFolder
from connectors.sheet_body import Row
from connectors.sources import Database, Folder, Source
from vocabulary.contracts import Registry
from vocabulary.errors import ConfigurationError, Fault, Unreachable
from vocabulary.registries import REGISTRIES

WHERE = "--registry"


def registry_of(source: Source, name: str | None, table: str | None) -> Registry:
    """The contract, as named or as guessed. Raises ConfigurationError where the guess is open, and what reading the catalogue raises."""
    if name is not None:
        if name not in REGISTRIES:
            raise ConfigurationError(Fault("source.unknown_registry", WHERE, {"known": ", ".join(REGISTRIES)}))
        return REGISTRIES[name]
    found = _by_catalogue(source, table) if isinstance(source, Database) else _by_files(source)
    if len(found) != 1:
        raise ConfigurationError(Fault("profile.registry_unclear", WHERE, {"known": ", ".join(REGISTRIES)}))
    return found[0]


def _by_catalogue(source: Database, table: str | None) -> list[Registry]:
    if table is None:
        present = set(tables_of(source, WHERE))
        return [registry for registry in REGISTRIES.values() if registry.table in present]
    names = set(offered_columns(source, WHERE, table))
    return _best({registry.name: len(names & set(registry.column_names)) for registry in REGISTRIES.values()})


def _by_files(source: Folder) -> list[Registry]:
    if isinstance(source, SftpFolder):
        from connectors.sftp_folder import names_of_registries

        return [REGISTRIES[name] for name in names_of_registries(source)]
    if not source.path.exists():
        raise Unreachable(Fault("source.missing_folder", source.path.name))
    owner = owner_of(source.path.name)
    if owner is not None:
        return [REGISTRIES[owner]]
    if source.path.is_dir():
        owners = {owner_of(path.name) for path in source.path.iterdir()} - {None}
        return [REGISTRIES[name] for name in owners if name]
    return _best({registry.name: _named(source.path, registry) for registry in REGISTRIES.values()})


def _named(path: Path, registry: Registry) -> int:
    """How many columns of the contract the best row of a file names."""
    names = names_of(registry)
    heads = [head for _, head in heads_of(path, registry, Complaints())] if path.is_file() else []
    return max((_fields(head, names) for head in heads), default=0)


def _fields(head: Sequence[Row], names: dict[str, str]) -> int:
    return max((len({field_of(cell, names) for cell in cells} - {None}) for _, cells in head), default=0)


def _best(scores: dict[str, int]) -> list[Registry]:
    most = max(scores.values())
    return [REGISTRIES[name] for name, score in scores.items() if score == most and most >= 2]
