"""The registries: is each reachable, and does its view have the contract's columns. No row is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hedui.checks.answer import Answer, ok, to_do, unknown
from vocabulary.errors import ConfigurationError, Fault, Refusal
from vocabulary.registries import REGISTRIES
from vocabulary.settings import Settings

if TYPE_CHECKING:
    from connectors.sources import Database, DropFolder


def source(settings: Settings, name: str) -> Iterator[Answer]:
    """One registry. One that is not configured is no fault by itself: it counts as absent."""
    from connectors.sources import Database, source_of

    check = f"source {name}"
    try:
        found = source_of(settings, name)
    except ConfigurationError as refusal:
        state = unknown if refusal.faults[0].code == "source.not_configured" else to_do
        yield state(check, refusal.faults[0])
        return
    try:
        faults = _view(found, name) if isinstance(found, Database) else _folder(found, name)
    except Refusal as refusal:
        faults = list(refusal.faults)
    if faults:
        yield from (to_do(check, fault, found.label) for fault in faults)
    else:
        yield ok(check, found.label)


def any_source(settings: Settings) -> Iterator[Answer]:
    """At least one registry is needed."""
    from connectors.sources import source_of

    found = []
    for name in REGISTRIES:
        try:
            source_of(settings, name)
            found.append(name)
        except ConfigurationError:
            continue
    yield ok("sources", ", ".join(found)) if found else to_do("sources", Fault("settings.source_missing", "HEDUI_HUKOU"))


def _view(source: Database, name: str) -> list[Fault]:
    from connectors.profiling.offered import database_offer, readable

    registry = REGISTRIES[name]
    where = f"{name} {source.label} {registry.table}"
    offer = database_offer(source, registry)
    faults = [Fault("source.missing_column", f"{where}.{column}", {"column": column}) for column in offer.missing(registry)]
    faults += [Fault("doctor.blocked_offered", where, {"column": column}) for column in offer.blocked]
    return faults or readable(source, registry, where)


def _folder(source: DropFolder, name: str) -> list[Fault]:
    from connectors.drop_folder import newest_delivery

    newest_delivery(source.path, REGISTRIES[name], wait=lambda _: None)
    return []
