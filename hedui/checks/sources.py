"""The registries: is each reachable, and does its view have the contract's columns. No row is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from hedui.checks.answer import Answer, State, ok, to_do, unknown
from vocabulary.errors import ConfigurationError, Fault, Refusal
from vocabulary.registries import REGISTRIES
from vocabulary.settings import Settings

if TYPE_CHECKING:
    from connectors.sources import Database, Folder


SHOWN = 10
"""Counties in trouble that are named one by one; the others are counted."""


def source(settings: Settings, name: str) -> Iterator[Answer]:
    """One registry; where counties deliver parts of it, all of them in one line, and a line for each that is in trouble."""
    parts = [part for part in settings.parts if part.registry == name]
    if not any(part.county for part in parts):
        yield from one_source(settings, name)
        return
    answers = [answer for part in parts for answer in one_source(settings, name, part.county)]
    well = sum(answer.state is State.OK for answer in answers)
    wrong = [answer for answer in answers if answer.state is not State.OK]
    yield (
        ok(f"source {name}", f"{well} / {len(parts)}") if not wrong else replace(wrong[0], found=f"{well} / {len(parts)}  {wrong[0].found}")
    )
    yield from wrong[1:SHOWN]


def one_source(settings: Settings, name: str, county: str = "") -> Iterator[Answer]:
    """One registry, or a county's part. One that is not configured is no fault by itself: it counts as absent."""
    from connectors.sources import Database, source_of

    check = f"source {name}"
    try:
        found = source_of(settings, name, county=county)
    except ConfigurationError as refusal:
        state = unknown if refusal.faults[0].code == "source.not_configured" else to_do
        yield state(check, refusal.faults[0])
        return
    try:
        faults = _view(found, name) if isinstance(found, Database) else _folder(found, name)
    except Refusal as refusal:
        faults = list(refusal.faults)
    if faults:
        placed = [replace(fault, where=f"{county} {fault.where}".strip()) for fault in faults]
        yield from (to_do(check, fault, f"{county} {found.label}".strip()) for fault in placed)
    else:
        yield ok(check, found.label)


def any_source(settings: Settings) -> Iterator[Answer]:
    """At least one registry is needed."""
    from connectors.sources import source_of

    found = []
    for name in REGISTRIES:
        if settings.counties.own(name):
            found.append(f"{name} ({len(settings.counties.own(name))})")
            continue
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


def _folder(source: Folder, name: str) -> list[Fault]:
    from connectors.drop_folder import newest_delivery
    from connectors.sftp_source import SftpFolder

    if isinstance(source, SftpFolder):
        from connectors.sftp_folder import newest

        newest(source, REGISTRIES[name])
        return []
    newest_delivery(source.path, REGISTRIES[name], wait=lambda _: None)
    return []
