"""Tables that were released, with what was shown and what was hidden of them. Append-only: what readers know, they know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import insert, select

from sql.database import one_at_a_time, writing
from sql.rows import now, read_table
from sql.tables import RELEASE
from vocabulary.settings import Settings


def keep_release(settings: Settings, name: str, audience: str, content: Mapping[str, Any]) -> bool:
    """Enter a release; False where the same one, shown and hidden alike, is there already."""
    digest = hashlib.sha256(json.dumps([name, audience, content], sort_keys=True).encode()).hexdigest()
    with writing(settings) as connection:
        one_at_a_time(connection)
        if connection.execute(select(RELEASE.c.release_no).where(RELEASE.c.sha256 == digest)).first():
            return False
        row = {"name": name, "audience": audience, "released_at": now(), "sha256": digest, "content": content}
        connection.execute(insert(RELEASE).values(row))
    return True


def releases(settings: Settings) -> pd.DataFrame:
    """One row a release, oldest first: release_no, name, audience, released_at, sha256, content."""
    with writing(settings) as connection:
        return read_table(connection, select(RELEASE).order_by(RELEASE.c.release_no))
