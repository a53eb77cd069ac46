"""Log lines that programs can read: an event with codes, ids, counts and seconds, and no place for anything else (rights.md R11).

Every line goes through `tell`. As text it is `event key=value …`; with HEDUI_LOG=json it is one JSON object a line.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TextIO

from vocabulary.dates import CHINA
from vocabulary.settings import LOG

KEYS = ("run_id", "as_of", "stage", "registry", "county", "status", "code", "notice", "channel", "kind", "seconds", "counts")
"""What a line may say; anything else is a mistake of the caller."""
CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]*|\d{4}-\d{2}-\d{2}(?:-\d{3})?|\d{4}-\d{2}-v\d+|\d{0,12}")
"""Codes, names of registries and stages, days, ids of runs and returns, division codes: no identity number, no name, no sentence."""
ROOT = "hedui"


def tell(event: str, level: int = logging.INFO, **facts: Any) -> None:
    """Write one line: an event such as `stage.done` with its facts (KEYS). A value that is no code or number is left out.

    Raises ValueError for a key that no line has.
    """
    if unknown := set(facts) - set(KEYS):
        raise ValueError(f"a log line has no place for {', '.join(sorted(unknown))}")
    kept = {key: value for key in KEYS if (value := plain(facts.get(key))) not in (None, {})}
    logging.getLogger(f"{ROOT}.{event.partition('.')[0]}").log(level, "%s", as_text(event, kept), extra={"event": event, "facts": kept})


def plain(value: Any) -> Any:
    """A number, a code, or counts by code; None for anything else."""
    if isinstance(value, Mapping):
        told = {str(name): plain(part) for name, part in value.items() if CODE.fullmatch(str(name))}
        return {name: part for name, part in told.items() if part is not None}
    if isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**12 else None
    return value if isinstance(value, str) and CODE.fullmatch(value) else None


def as_text(event: str, facts: Mapping[str, Any]) -> str:
    """`[event] key=value …`; counts as their sum of names would only repeat the report, so they are left to JSON."""
    return " ".join([f"[{event}]", *(f"{key}={value}" for key, value in facts.items() if key != "counts")])


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, event, and the facts. A line that did not come through `tell` tells its logger only."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        told = {"time": datetime.fromtimestamp(record.created, CHINA).isoformat(timespec="milliseconds"), "level": record.levelname.lower()}
        return json.dumps({**told, "event": getattr(record, "event", record.name), **getattr(record, "facts", {})}, ensure_ascii=False)


def to_stream(stream: TextIO, environment: Mapping[str, str] = os.environ) -> logging.Handler | None:
    """Where HEDUI_LOG=json: send every line of hedui to a stream as well, from now on; else None."""
    if environment.get(LOG, "").lower() != "json":
        return None
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger(ROOT)
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return handler
