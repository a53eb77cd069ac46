"""Snapshots in an object store: the layout of a run's folder, written once, so that workers without a common disk can do one night.

`HEDUI_STORE` names it: `s3://bucket/prefix?region=…&endpoint_override=host:port`, or `file:///folder`. Its keys come from where every S3 client looks
(AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, the machine's role) and never stand in the address. Files go as they are: what is encrypted on
disk is encrypted there. Beside the files of a stage lies `stored.sha256.json` with the SHA-256 of each. It is written last, so that a stage stands whole or not
at all, and what is fetched is held against it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
from pyarrow import fs

from vocabulary.errors import ConfigurationError, Fault, Refusal, Unreachable
from vocabulary.locks import in_use
from vocabulary.runs import CHECKSUMS, PRIVATE_FILE, differing, private_folder, sha256_of, write_private
from vocabulary.settings import STORE

INDEX, MANIFEST = "stored.sha256.json", "manifest.json"
FORMAT = 1
SCHEMES = ("s3", "gs", "abfs", "abfss", "file")
REFUSALS = (
    "ACCESS_DENIED",
    "INVALID_ACCESS_KEY",
    "INVALID_CLIENT_TOKEN",
    "SIGNATURE_DOES_NOT_MATCH",
    "UNRECOGNIZED_CLIENT",
    "NO_SUCH_BUCKET",
)
"""What a store says that asking again will not change."""
PIECE = 8 * 1024 * 1024
"""Bytes read at once."""


@dataclass(frozen=True)
class Store:
    """A file system of Arrow's, and the place in it under which everything lies."""

    files: fs.FileSystem
    root: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Store | None:
        """The store of this installation; None where it has none. Raises ConfigurationError, Unreachable."""
        address = environment.get(STORE)
        if not address:
            return None
        told = urlsplit(address)
        if told.username or told.password or "secret_key" in told.query:
            raise ConfigurationError(Fault("store.key_in_address", STORE))
        if told.scheme not in SCHEMES:
            raise ConfigurationError(Fault("store.address", STORE, {"schemes": ", ".join(SCHEMES)}))
        try:
            files, root = fs.FileSystem.from_uri(address)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ImportError):
            raise ConfigurationError(Fault("store.address", STORE, {"schemes": ", ".join(SCHEMES)})) from None
        except OSError as error:
            raise refusal_of(error) from None
        return cls(files, root.rstrip("/"))

    def has(self, place: str) -> bool:
        """Whether a stage, such as `runs/2026-10-31-001/linked`, stands there whole."""
        return self.is_file(f"{place}/{INDEX}")

    def is_file(self, name: str) -> bool:
        """Whether there is such an object."""
        with answering():
            return bool(self.files.get_file_info(self._path(name)).type == fs.FileType.File)

    def stages(self, place: str, name: str = INDEX) -> list[str]:
        """The places below one that stand whole, in order; or those that hold an object of another name."""
        with answering():
            found = self.files.get_file_info(fs.FileSelector(self._path(place), allow_not_found=True, recursive=True))
        return sorted(str(Path(one.path).relative_to(self.root).parent) for one in found if one.base_name == name)

    def read(self, name: str) -> bytes | None:
        """An object; None where there is none."""
        if not self.is_file(name):
            return None
        with answering(), self.files.open_input_stream(self._path(name)) as stream:
            return bytes(stream.read())

    def write(self, name: str, content: bytes) -> None:
        """An object, whole."""
        with answering():
            self._make_folder(str(Path(name).parent))
            with self.files.open_output_stream(self._path(name)) as stream:
                stream.write(content)

    def put(self, folder: Path, place: str, only: Collection[str] = ()) -> None:
        """Copy a stage's folder there, or some files of it. One that stands already stays as it is. Raises Refusal where it holds something else, Unreachable.

        What a killed try left is written over: nobody reads it, as it has no index.
        """
        sums = {name: sha256_of(folder / name) for name in only or names_in(folder)}
        standing = self.index(place)
        if standing is not None:
            if standing != sums:
                raise Refusal(Fault("store.written_already", place))
            return
        for name in sums:
            with answering(), (folder / name).open("rb") as source:
                self._make_folder(str(Path(place, name).parent))
                with self.files.open_output_stream(self._path(f"{place}/{name}")) as stream:
                    shutil.copyfileobj(source, stream, PIECE)
        self.write(f"{place}/{INDEX}", json.dumps({"format": FORMAT, "sha256": sums}, indent=1).encode())

    def index(self, place: str) -> dict[str, str] | None:
        """Path inside the stage -> SHA-256; None where it does not stand there. Raises Refusal for an index that cannot be read."""
        raw = self.read(f"{place}/{INDEX}")
        if raw is None:
            return None
        try:
            sums: dict[str, str] = json.loads(raw)["sha256"]
            inside = all(len(digest) == 2 * hashlib.sha256().digest_size and is_inside(name) for name, digest in sums.items())
        except (ValueError, KeyError, TypeError, AttributeError):
            inside = False
        if not inside:
            raise Refusal(Fault("store.damaged", f"{place}/{INDEX}"))
        return sums

    def fetch(self, place: str, folder: Path) -> None:
        """Copy a stage from there; it appears whole or not at all. Raises Refusal that names every file which is not what was written, Unreachable."""
        sums = self.index(place)
        if sums is None:
            return
        private_folder(folder.parent)
        partial = private_folder(folder.parent / f".{folder.name}.{os.getpid()}.partial")
        try:
            with in_use(partial):
                for name in sums:
                    self._fetch_file(f"{place}/{name}", partial / name)
                if wrong := differing(partial, sums):
                    raise Refusal([Fault("store.damaged", f"{place}/{name}") for name in wrong])
                if is_whole(folder):  # another task of this worker was quicker
                    return
                shutil.rmtree(folder, ignore_errors=True)  # a refusal, where another worker landed the registry after all
                partial.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _fetch_file(self, name: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.is_file(name):
            return  # `differing` names it
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with open(handle, "wb") as target, answering(), self.files.open_input_stream(self._path(name)) as stream:
            shutil.copyfileobj(stream, target, PIECE)

    def fetch_file(self, name: str, path: Path) -> None:
        """Copy one object that changes no more, such as `run.json`, where it is there."""
        content = self.read(name)
        if content is not None:
            private_folder(path.parent)
            write_private(path, content)

    def remove(self, place: str) -> None:
        """Delete everything below a place, its indexes first, so that nobody takes half of it for the whole."""
        for stage in self.stages(place):
            with answering():
                self.files.delete_file(self._path(f"{stage}/{INDEX}"))
        with answering():
            if self.files.get_file_info(self._path(place)).type != fs.FileType.NotFound:
                self.files.delete_dir(self._path(place))

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _make_folder(self, name: str) -> None:
        """On a disk, folders that only their owner may enter; an object store has none."""
        if isinstance(self.files, fs.LocalFileSystem):
            private_folder(Path(self.root))
            Path(self._path(name)).mkdir(parents=True, exist_ok=True, mode=0o700)


def is_inside(name: str) -> bool:
    """Whether a path of an index stays in its folder."""
    return not Path(name).is_absolute() and ".." not in Path(name).parts and name not in ("", INDEX)


def names_in(folder: Path) -> list[str]:
    """Every file of a stage, its own list of checksums among them."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def is_whole(folder: Path) -> bool:
    """Whether a stage stands in a home: with its list of checksums or, of a landing, its manifest."""
    return (folder / CHECKSUMS).is_file() or (folder / MANIFEST).is_file()


@contextmanager
def answering() -> Iterator[None]:
    """Turn what the store's client says into ours; its words may hold an address or a key, so they are not passed on."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise refusal_of(error) from None


def refusal_of(error: Any) -> Refusal:
    """Whether asking again may help."""
    if any(word in str(error) for word in REFUSALS):
        return ConfigurationError(Fault("store.refused", STORE))
    return Unreachable(Fault("store.unreachable", STORE))
