"""Lines that programs read: an event with codes and counts, and no place for a person's value (rights.md R11)."""

from __future__ import annotations

import io
import json
import logging

import pytest

from vocabulary.identity import check_character
from vocabulary.logs import plain, tell, to_stream

NUMBER = "99010119980808888" + check_character("99010119980808888")


@pytest.fixture
def lines():
    stream = io.StringIO()
    handler = to_stream(stream, {"HEDUI_LOG": "json"})
    yield stream
    logging.getLogger("hedui").removeHandler(handler)


def test_a_line_is_one_json_object(lines):
    tell("stage.done", run_id="2026-10-31-001", stage="link", seconds=1.5, counts={"births": 1470}, registry=None)
    told = json.loads(lines.getvalue())
    assert told.pop("time").endswith("+08:00")
    assert told == {
        "level": "info",
        "event": "stage.done",
        "run_id": "2026-10-31-001",
        "stage": "link",
        "seconds": 1.5,
        "counts": {"births": 1470},
    }


@pytest.mark.parametrize("value", ["龘靐", NUMBER, int(NUMBER[:17]), "a sentence of somebody", "/srv/王.xlsx", ["x"], {"龘": 1}, None])
def test_what_is_no_code_and_no_count_is_left_out(value):
    assert plain(value) in (None, {})


@pytest.mark.parametrize("value", ["hukou", "source.unreachable", "2026-10-31-001", "2026-10-v1", "990101", 12, 0.5])
def test_codes_ids_and_counts_stand(value):
    assert plain(value) == value


def test_a_key_that_no_line_has_is_a_mistake():
    with pytest.raises(ValueError, match="mother_name"):
        tell("stage.done", mother_name="x")


def test_a_message_that_did_not_come_this_way_tells_its_logger_only(lines):
    logging.getLogger("hedui.somewhere").error("could not handle %s", NUMBER)
    told = json.loads(lines.getvalue())
    assert told["event"] == "hedui.somewhere"
    assert NUMBER not in lines.getvalue()


def test_nothing_is_sent_unless_asked_for():
    assert to_stream(io.StringIO(), {}) is None
