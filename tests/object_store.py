"""An S3-compatible server on this machine, for tests of HEDUI_STORE: moto, in an environment of its own (tests/object_store.lock)."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from pyarrow import fs

LOCK = Path(__file__).with_suffix(".lock")
BUCKET = "nights"
KEYS = {"AWS_ACCESS_KEY_ID": "hedui", "AWS_SECRET_ACCESS_KEY": "not-a-real-key", "AWS_EC2_METADATA_DISABLED": "true"}


@contextmanager
def s3_server(folder: Path, port: int) -> Iterator[str]:
    """The address of an empty bucket's prefix, as HEDUI_STORE says it; the server ends with the block."""
    python = folder / "s3" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "uv", "venv", "-q", "--python", sys.executable, str(folder / "s3")], check=True)
    install = [sys.executable, "-m", "uv", "pip", "install", "-q", "--python", str(python), "--require-hashes", "-r", str(LOCK)]
    subprocess.run(install, check=True)
    with (folder / "s3.log").open("wb") as log:
        server = subprocess.Popen([str(python), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log)
    try:
        for _ in range(200):
            try:
                urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except (URLError, OSError):
                time.sleep(0.2)
        keys = {"access_key": KEYS["AWS_ACCESS_KEY_ID"], "secret_key": KEYS["AWS_SECRET_ACCESS_KEY"], "region": "cn-north-1"}
        fs.S3FileSystem(endpoint_override=f"127.0.0.1:{port}", scheme="http", allow_bucket_creation=True, **keys).create_dir(BUCKET)
        yield f"s3://{BUCKET}/county?endpoint_override=127.0.0.1:{port}&scheme=http&region=cn-north-1"
    finally:
        server.terminate()
        server.wait(30)
