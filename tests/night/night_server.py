"""Nights without a scheduler, each in a process of its own that may be killed at any moment: imported once, forked for every night.

A line of JSON on standard input orders a night, a line on standard output tells how it ended. Orders: `environment`, `as_of`, `told` (a file
into which the night writes its run id, and at the end its refusal or report); `run_id` to go on with a run; at most one of
`before` (the task before which the process kills itself), `event` (the same, at that change to the file system under HEDUI_HOME, from 1), `after`
(seconds, by the server); `largest` (bytes of a file), `user` (whose rights the process has), `clock` (task -> seconds by which the clock
is wrong from then on). `together` is a list of orders that are obeyed at the same time.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, TextIO

CHANGES = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.chmod")
OURS = ("connectors", "expectations", "matching", "reconciliation", "sql", "vocabulary")
TASKS = ("open", "land hukou", "land hospital", "land family_planning", "accept", "link", "find", "publish", "report", "end")


def kill_me() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def watch(home: str, fatal: int) -> list[int]:
    """Count the changes to the file system under a folder; the process dies before one of them is made."""
    counted = [0]

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (event in CHANGES or writes) and str(arguments[0]).startswith(home):
            counted[0] += 1
            if counted[0] == fatal:
                kill_me()

    sys.addaudithook(hear)
    return counted


def set_clock(offset: list[float]) -> None:
    """Whatever hedui asks for the time gets it wrong by so many seconds."""
    true, right = time.time, datetime

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return right.now(tz) + timedelta(seconds=offset[0])

    time.time = lambda: true() + offset[0]
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in OURS and getattr(module, "datetime", None) is right:
            vars(module)["datetime"] = Wrong


def tasks(as_of: date, run_id: str | None) -> Iterator[tuple[str, Callable[[], object]]]:
    """The tasks of the DAG, in an order that it allows."""
    from connectors import land
    from expectations import accept
    from matching import link
    from reconciliation import find, publish
    from sql import state
    from vocabulary.errors import Unreachable
    from vocabulary.registries import REGISTRIES

    night = [run_id or ""]

    def open_run() -> str:
        night[0] = night[0] or state.open_run(as_of)
        return night[0]

    def landed(name: str) -> None:
        try:
            land.night(night[0], name)
        except Unreachable as refusal:
            if refusal.faults[0].code.startswith("state."):
                raise

    yield "open", open_run
    for name in REGISTRIES:
        yield f"land {name}", lambda name=name: landed(name)
    yield "accept", lambda: accept.night(night[0])
    yield "link", lambda: link.night(night[0])
    yield "find", lambda: find.night(night[0])
    yield "publish", lambda: publish.night(night[0])
    yield "report", lambda: state.close_run(night[0])


def run(order: dict[str, Any], answer: TextIO) -> None:
    """The night itself; what there is to tell of it is written over whatever was told before."""
    from vocabulary.errors import Refusal, discreet

    told: dict[str, Any] = {"seconds": {}}
    clock, offset = order.get("clock", {}), [0.0]
    if clock:
        set_clock(offset)

    def tell() -> None:
        answer.seek(0)
        answer.write(json.dumps(told))
        answer.truncate()
        answer.flush()

    try:
        for name, task in tasks(date.fromisoformat(order["as_of"]), order.get("run_id")):
            if order.get("before") == name:
                kill_me()
            offset[0] = clock.get(name, offset[0])
            started = time.perf_counter()
            gave = discreet(task)()
            told["seconds"][name] = round(time.perf_counter() - started, 2)
            if name == "open":
                told["run_id"] = gave
                tell()
        if order.get("before") == "end":
            kill_me()
        told["report"] = gave
    except Refusal as refusal:
        told |= {"exit_code": refusal.exit_code, "faults": [fault.as_record() for fault in refusal.faults], "text": refusal.text("en")}
    tell()


def obey(order: dict[str, Any]) -> None:
    """In the child: be what was ordered, then run."""
    os.environ.update(order["environment"])
    with open(order["told"], "w", encoding="utf-8") as answer, open(f"{order['told']}.events", "w", encoding="utf-8") as events:
        counted = watch(order["environment"]["HEDUI_HOME"], order.get("event", 0))
        if "largest" in order:
            resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest"], order["largest"]))
        if "user" in order:
            os.setgid(order["user"])
            os.setuid(order["user"])
        run(order, answer)
        events.write(str(counted[0]))


def forked(order: dict[str, Any]) -> int:
    """The process that obeys an order."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(f"{order['told']}.log", os.O_WRONLY | os.O_CREAT, 0o666), 1)
        os.dup2(1, 2)
        try:
            obey(order)
        finally:
            os._exit(0)
    return child


def main() -> None:
    """Serve until standard input ends."""
    import sql.state  # noqa: F401

    for line in sys.stdin:
        order = json.loads(line)
        started = time.perf_counter()
        if order.get("warm"):
            os.environ.update(order["environment"])
            with open(order["told"], "w", encoding="utf-8") as answer:
                run(order, answer)
            print(json.dumps({"seconds": round(time.perf_counter() - started, 2)}), flush=True)
            continue
        children = [forked(each) for each in order.get("together", [order])]
        if "after" in order:
            time.sleep(order["after"])
            os.kill(children[0], signal.SIGKILL)
        killed = [os.WIFSIGNALED(os.waitpid(child, 0)[1]) for child in children]
        print(json.dumps({"killed": any(killed), "seconds": round(time.perf_counter() - started, 2)}), flush=True)


if __name__ == "__main__":
    main()
