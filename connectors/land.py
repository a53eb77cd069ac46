"""Front door: a registry's delivery into the run's `landing/<registry>/`, whole and unchanged, or refused whole.

Where a county delivers a part of a registry itself, that part has a landing of its own, `landing/<registry>-<county>/`, and is taken or refused by itself.

A good landing holds `part-*.parquet` (the rows as text, the contract's columns), `manifest.json`, `stage.json` and, for
delivered files, `original/` with the very bytes that came. A refused one holds `refused.json`: codes and places, no value.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from connectors.complaints import Complaints
from connectors.database import blocked_offers, read_table
from connectors.delivered_files import DeliveredFile
from connectors.drop_folder import Delivery, newest_delivery
from connectors.earlier import link_parts, unchanged_from
from connectors.sftp_source import SftpFolder
from connectors.snapshot import Landed, write_parts
from connectors.sources import Database, Folder, Source, source_of
from sql.acting import acting_as
from vocabulary.contracts import Registry
from vocabulary.dates import CHINA, today
from vocabulary.errors import ConfigurationError, DeliveryRefused, Fault, Refusal
from vocabulary.locks import alone
from vocabulary.parquet_files import snapshot_key
from vocabulary.parts import Part
from vocabulary.registries import REGISTRIES
from vocabulary.runs import PRIVATE_FILE, Run, private_folder, sha256_of, stage_report, write_private
from vocabulary.settings import Settings

MANIFEST, REFUSED = "manifest.json", "refused.json"
SHORT_DIGEST = 20


@dataclass
class Told:
    """What the source says about a delivery beside its rows; whole once the rows have streamed by."""

    as_of: date
    files: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)


@acting_as("land")
def night(run_id: str, registry: str) -> str:
    """Land tonight's delivery of one registry, or of one county's part of it (`hukou-990101`); its delivery id. Landed already: nothing is done twice.

    Raises Unreachable (try again) or DeliveryRefused and ConfigurationError (trying again will not help), after `refused.json` is written.
    """
    settings = Settings.from_environment()
    run = Run.load(settings, run_id)
    part = settings.part(registry)
    if part is None:
        raise ConfigurationError(Fault("source.unknown_registry", registry, {"known": ", ".join(REGISTRIES)}))
    from sql import state

    with alone(private_folder(run.landing), part.key):
        manifest = landed_already(run, part.key)
        if manifest is None:
            seen = state.last_good_delivery(settings, part, run_id)
            manifest = land_or_refuse(run, part, settings, seen)
        state.record_delivery(settings, run_id, manifest)
    return str(manifest["delivery_id"])


def expected() -> list[str]:
    """The keys of everything that is to be delivered to a night: of each registry, and of each county's part of one."""
    return [part.key for part in Settings.from_environment().parts]


def title(registry: str) -> str:
    """What a task that lands it is called: `990101 示例县 · hukou` for a county's part, the registry's name for the whole of it."""
    settings = Settings.from_environment()
    part = settings.part(registry)
    return settings.counties.title(part) if part else registry


def landed_already(run: Run, registry: str) -> dict[str, Any] | None:
    """The manifest of a landing that stands, by its part's key. A refusal does not stand: the next try replaces it.

    Raises the refusal itself where the run has gone on without this registry: what later stages read must not change under them.
    """
    folder = run.landing / registry
    if (folder / MANIFEST).is_file():
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return told
    if (folder / REFUSED).is_file() and run.has("accepted"):
        raise DeliveryRefused(Fault("delivery.too_late", registry))
    return None


def land_or_refuse(run: Run, part: Part, settings: Settings, state_seen: Mapping[str, Any] | None) -> dict[str, Any]:
    """`land`, with the refusal written down before it is raised."""
    label = ""
    try:
        source = source_of(settings, part.registry, county=part.county)
        label = source.label
        return land(run, REGISTRIES[part.registry], source, state_seen, part.county)
    except Refusal as refusal:
        write_refusal(run, part, label, of_part(refusal, part))
        raise of_part(refusal, part) from None


def of_part(refusal: Refusal, part: Part) -> Refusal:
    """The same refusal, and which county's part it speaks of."""
    if not part.county:
        return refusal
    return type(refusal)(Fault(one.code, f"{part.county} {one.where}", one.facts) for one in refusal.faults)


def land(run: Run, registry: Registry, source: Source, state_seen: Mapping[str, Any] | None = None, county: str = "") -> dict[str, Any]:
    """Land what the source holds now and return the manifest. `state_seen`: manifest and run_id of an earlier night, if any.

    Raises Unreachable, DeliveryRefused or ConfigurationError with every fault at once; nothing is left behind then.
    """
    started = time.monotonic()
    part = Part(registry.name, county)
    forget_refusal(run, part.key)
    with run.writing(f"landing/{part.key}") as folder:
        told = Told(run.as_of)
        landed = write_parts(tables_of(source, registry, folder, told), registry, folder)
        manifest = manifest_of(run, part, source, landed, told)
        earlier = unchanged_from(run, part.key, landed, state_seen)
        if earlier is not None and state_seen is not None:
            link_parts(earlier, state_seen["files"], folder)
            manifest |= {"status": "unchanged", "unchanged_from": state_seen["run_id"]}
            manifest["files"] = [file for file in state_seen["files"] if file["name"].startswith("part-")] + told.files
        write_private(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        counts = {"rows": landed.rows, "files": len(told.files), "unchanged": int(earlier is not None)}
        stage_report(folder, "land", time.monotonic() - started, counts)
    return manifest


def tables_of(source: Source, registry: Registry, folder: Path, told: Told) -> Iterator[pa.Table]:
    """The delivery's rows, from whichever kind of source; `told` is filled on the way."""
    if isinstance(source, Database):
        yield from read_table(source, registry)
        told.notes += [{"code": "source.blocked_column_offered", "column": name} for name in blocked_offers(source, registry)]
    else:
        yield from _from_folder(source, registry, folder, told)


def _from_folder(source: Folder, registry: Registry, folder: Path, told: Told) -> Iterator[pa.Table]:
    delivery = delivered(source, registry, private_folder(folder / "original"), until=last_day(told.as_of))
    told.as_of = min(delivery.day, told.as_of)
    complaints = Complaints()
    for path in delivery.files:
        file = DeliveredFile(path, registry, complaints)
        yield from file.tables()
        told.files.append({"name": f"original/{path.name}", "sha256": sha256_of(path), "rows": file.rows})
        if snapshot_key():
            path.unlink()  # the office has its file, the manifest its checksum: under a key no plain copy is left
        told.notes += [{"code": "delivery.number_as_text", "column": name, "count": count} for name, count in file.long_numbers.items()]
    if complaints:
        raise DeliveryRefused(complaints.faults(registry.name))


def last_day(as_of: date) -> date | None:
    """The last day of deliveries that a night may read: its own, where that is past; tonight, whatever came, also what an office dates after midnight."""
    return as_of if as_of < today() - timedelta(days=1) else None


def delivered(source: Folder, registry: Registry, folder: Path, until: date | None = None) -> Delivery[Path]:
    """The newest complete delivery (up to a day, for a past night), its files copied into `folder`, from this machine or from an SFTP server."""
    if isinstance(source, SftpFolder):
        from connectors.sftp_folder import fetch  # an extra: hedui[sftp]

        return fetch(source, registry, folder, until=until)
    newest = newest_delivery(source.path, registry, until=until)
    return Delivery(tuple(keep_originals(newest.files, folder)), newest.told_on or newest.day)


def keep_originals(files: Sequence[Path], folder: Path) -> Iterable[Path]:
    """Copy the delivered files, byte for byte, before they are read: what is judged is what is kept."""
    kept = [folder / path.name for path in files]
    for path, copy in zip(files, kept, strict=True):
        shutil.copyfile(path, copy)
        copy.chmod(PRIVATE_FILE)
    return kept


def manifest_of(run: Run, part: Part, source: Source, landed: Landed, told: Told) -> dict[str, Any]:
    """What is known of the delivery. `files` lists the Parquet parts and, under `original/`, the files as delivered.

    `sha256` is of the content (connectors.digest), so that the delivery id is the same whenever the same rows come.
    """
    first, last = landed.period.span(run.as_of)
    identity = hashlib.sha256(f"{part.key}|{landed.sha256}".encode()).hexdigest()[:SHORT_DIGEST]
    return {
        "registry": part.registry,
        **({"county": part.county} if part.county else {}),
        "source": source.label,
        "delivery_id": f"d{identity}",
        "status": "new",
        "rows": landed.rows,
        "sha256": landed.sha256,
        "period": {"from": first and first.isoformat(), "to": last and last.isoformat()},
        "as_of": told.as_of.isoformat(),
        "landed_at": datetime.now(CHINA).isoformat(timespec="seconds"),
        "files": [*landed.parts, *told.files],
        "notes": told.notes,
    }


def write_refusal(run: Run, part: Part, label: str, refusal: Refusal) -> None:
    """`refused.json`: codes and places. It takes the place of an earlier refusal."""
    forget_refusal(run, part.key)
    told = {
        "registry": part.registry,
        **({"county": part.county} if part.county else {}),
        "source": label,
        "refused_at": datetime.now(CHINA).isoformat(timespec="seconds"),
        "exit_code": refusal.exit_code,
        "faults": [fault.as_record() for fault in refusal.faults],
    }
    with run.writing(f"landing/{part.key}") as folder:
        write_private(folder / REFUSED, json.dumps(told, ensure_ascii=False, indent=1))


def forget_refusal(run: Run, registry: str) -> None:
    """Make room for another try; a good landing is never touched."""
    folder = run.landing / registry
    if (folder / REFUSED).is_file() and not (folder / MANIFEST).is_file():
        shutil.rmtree(folder)
