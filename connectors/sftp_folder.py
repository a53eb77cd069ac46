"""The newest complete delivery of a folder on an SFTP server, fetched whole or not at all.

The rules are those of a drop folder on this machine (connectors.drop_folder). Beyond them, because server and clock are another's:
a delivery is looked at twice, SETTLED_SECONDS apart, and once more when it has been fetched; whatever changed meanwhile is still being
written. Links, and names that lead out of the folder, are left alone, and told where nothing else is there.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath

import paramiko

from connectors import drop_folder
from connectors.drop_folder import Delivery, newest_delivery, owner_of
from connectors.sftp import in_session
from connectors.sftp_source import SftpFolder
from vocabulary.contracts import Registry
from vocabulary.errors import DeliveryRefused, Fault, Unreachable
from vocabulary.runs import PRIVATE_FILE

MOST_NAMES = 200_000
"""A listing of so many names takes a minute and 100 MB; nobody cleans up that folder."""
BLOCK_BYTES = 1 << 20
REQUEST_BYTES = 128 << 10
"""Asked for at once, one after the other: 4 MB/s on a link of 30 ms. The library's reading ahead is not used: a link that breaks kills its
thread, and the reader waits for what nobody asked for."""


@dataclass(frozen=True)
class Standing:
    """What a listing says of a file: enough to see that it is still the same one."""

    st_size: int
    st_mtime: float


@dataclass
class Listing:
    """What one session saw. `strangers`: names of links, and names that lead elsewhere."""

    session: paramiko.SFTPClient
    where: str
    names: int = 0
    strangers: list[str] = field(default_factory=list)

    def within(self, folder: PurePosixPath) -> Iterator[RemotePath]:
        """The files and folders in a folder, links left out. Raises DeliveryRefused where they are too many."""
        for found in self.session.listdir_iter(str(folder)):
            self.names += 1
            if self.names > MOST_NAMES:
                raise DeliveryRefused(Fault("sftp.too_many_names", self.where, {"limit": MOST_NAMES}))
            name, mode = str(found.filename), found.st_mode or 0
            if name in {".", ".."}:
                continue
            # A server may answer what it likes: a name is a name and no path.
            if "/" in name or "\\" in name or "\0" in name or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                self.strangers.append(name)
                continue
            yield RemotePath(self, folder / name, found)


@dataclass(frozen=True)
class RemotePath:
    """A file or folder on the server, with as much of a path's manners as the rules of a drop folder ask for."""

    listing: Listing
    path: PurePosixPath
    attributes: paramiko.SFTPAttributes

    name = property(lambda self: self.path.name)
    stem = property(lambda self: self.path.stem)
    suffix = property(lambda self: self.path.suffix)

    @property
    def parent(self) -> RemotePath:
        """The folder above; only its name is asked for."""
        return RemotePath(self.listing, self.path.parent, self.attributes)

    def is_dir(self) -> bool:
        """As listed."""
        return stat.S_ISDIR(self.attributes.st_mode or 0)

    def is_file(self) -> bool:
        """As listed: a regular file."""
        return stat.S_ISREG(self.attributes.st_mode or 0)

    def iterdir(self) -> Iterator[RemotePath]:
        """What is in it, asked of the server."""
        return self.listing.within(self.path)

    def stat(self) -> Standing:
        """As listed."""
        return Standing(self.attributes.st_size or 0, self.attributes.st_mtime or 0)

    def again(self) -> Standing:
        """As it stands now, asked of the server."""
        now = self.listing.session.lstat(str(self.path))
        if not stat.S_ISREG(now.st_mode or 0):
            raise FileNotFoundError(self.name)
        return Standing(now.st_size or 0, now.st_mtime or 0)

    def __lt__(self, other: RemotePath) -> bool:
        return self.path < other.path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RemotePath) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)


def newest(source: SftpFolder, registry: Registry) -> Delivery[RemotePath]:
    """What would be taken now; nothing is fetched. Raises as `fetch` does."""
    where = f"{registry.name} {source.label}"
    return in_session(source, where, lambda session: _chosen(session, source, registry, where))


def fetch(
    source: SftpFolder, registry: Registry, folder: Path, wait: Callable[[float], None] = time.sleep, until: date | None = None
) -> Delivery[Path]:
    """The newest delivery (up to a day, for a past night), its files copied byte for byte into `folder`.

    Raises Unreachable (server or folder gone, the link broke, files still being written), DeliveryRefused or ConfigurationError. What
    lies in `folder` then is no delivery: the caller lets go of it with the rest of the landing.
    """
    where = f"{registry.name} {source.label}"

    def fetched(session: paramiko.SFTPClient) -> Delivery[Path]:
        chosen = _chosen(session, source, registry, where, until)
        wait(drop_folder.SETTLED_SECONDS)
        return Delivery(tuple(_copied(file, folder / file.name, where) for file in chosen.files), chosen.told_on, chosen.complete)

    return in_session(source, where, fetched)


def names_of_registries(source: SftpFolder) -> list[str]:
    """The registries that the folder's name, or the names in it, begin with."""
    own = owner_of(PurePosixPath(source.path).name)
    if own is not None:
        return [own]

    def owners_of(session: paramiko.SFTPClient) -> set[str | None]:
        return {owner_of(found.name) for found in Listing(session, source.label).within(PurePosixPath(source.path))}

    owners = in_session(source, source.label, owners_of)
    return sorted(owner for owner in owners if owner is not None)


def _chosen(
    session: paramiko.SFTPClient, source: SftpFolder, registry: Registry, where: str, until: date | None = None
) -> Delivery[RemotePath]:
    listing = Listing(session, where)
    # The folder itself may be a link: that is its keeper's affair, and he named it.
    top = RemotePath(listing, PurePosixPath(source.path), session.stat(source.path))
    try:
        return newest_delivery(top, registry, wait=lambda _: None, until=until)
    except DeliveryRefused as refusal:
        if not listing.strangers or refusal.faults[0].code != "delivery.not_found":
            raise
        faults = (*refusal.faults, Fault("sftp.link", where, {"count": len(listing.strangers)}))
    raise DeliveryRefused(faults)


def _copied(file: RemotePath, copy: Path, where: str) -> Path:
    """The file, whole, and the same before as after. Raises Unreachable."""
    listed = file.stat()
    if file.again() != listed:
        raise Unreachable(Fault("delivery.still_written", f"{where} {file.name}"))
    with file.listing.session.open(str(file.path), "rb") as remote, open(copy, "wb") as kept:
        copy.chmod(PRIVATE_FILE)
        remote.MAX_REQUEST_SIZE = REQUEST_BYTES
        while block := remote.read(BLOCK_BYTES):
            kept.write(block)
    if file.again() != listed or copy.stat().st_size != listed.st_size:
        raise Unreachable(Fault("delivery.still_written", f"{where} {file.name}"))
    os.utime(copy, (listed.st_mtime, listed.st_mtime))  # a delivery without a date in its name speaks of the day on which it was written
    return copy
