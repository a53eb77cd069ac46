"""Airflow's four processes, kept running on one machine: what dies is started again, as a service manager would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from hedui.show import said
from vocabulary.runs import private_folder, write_private

COMMANDS = {
    "api-server": ("api-server",),
    # Without their servers of logs: the API server reads the files of the same machine, and those would listen to everybody.
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
PAUSE = 2
"""Seconds between two looks at the processes."""
GRACE = 30
"""Seconds that a process has to end by itself."""
WORDS = {
    "starting": ("正在启动 Airflow，约需一分钟；日志在", "Starting Airflow, which takes about a minute; logs are in"),
    "ready": ("Airflow 已就绪", "Airflow is ready"),
    "login": ("用户 admin，密码在", "user admin, password in"),
    "again": ("已重新启动", "started again"),
    "stopping": ("正在停止", "stopping"),
}


@dataclass
class Processes:
    """Each in a session of its own, with a log of its own and its number in `<name>.pid`."""

    folder: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def keep(self) -> list[str]:
        """Start what does not run; the names of those that had run before."""
        ended = [name for name, process in self.running.items() if process.poll() is not None]
        for name in ended:
            end_session(self.running[name].pid)
        for name in COMMANDS:
            if name in ended or name not in self.running:
                self.running[name] = self.start(name)
        return ended

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """One process, in the background."""
        log = os.open(self.folder / "logs" / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            process = subprocess.Popen(  # noqa: S603 - our own words only
                [sys.executable, "-m", "airflow", *COMMANDS[name]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a key pressed at the terminal reaches this process only, which then stops them in order
            )
        finally:
            os.close(log)
        write_private(self.folder / f"{name}.pid", f"{process.pid}\n")
        return process

    def stop(self) -> None:
        """Ask all to end, then end what is left of them."""
        for process in self.running.values():
            process.terminate()
        for name, process in self.running.items():
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
            end_session(process.pid)
            process.wait()
            (self.folder / f"{name}.pid").unlink(missing_ok=True)


def end_session(session: int) -> None:
    """Kill whatever still runs in a session: tasks of a scheduler that was killed would otherwise run on beside their next try."""
    for pid in of_session(session):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def of_session(session: int) -> Iterator[int]:
    """The processes of a session, on Linux."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(int(entry.name)) == session:
                yield int(entry.name)


def is_ready(address: str) -> bool:
    """Whether all four say that they are well."""
    try:
        with urlopen(f"{address}/api/v2/monitor/health", timeout=5) as answer:  # noqa: S310 - our own address
            return {part["status"] for part in json.load(answer).values()} == {"healthy"}
    except (URLError, OSError, ValueError):
        return False


def answers(address: str) -> bool:
    """Whether an API server answers there, whatever it says of the others."""
    try:
        with urlopen(f"{address}/api/v2/monitor/health", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == HTTPStatus.OK)
    except (URLError, OSError):
        return False


def serve(folder: Path, address: str) -> None:
    """Prepare and run until SIGINT or SIGTERM, saying when it is ready and what was started again."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    print(f"{said(WORDS['starting'])} {private_folder(folder / 'logs')}", flush=True)
    subprocess.run([sys.executable, "-m", "hedui.airflow", "prepare"], check=True, stdout=subprocess.DEVNULL)
    processes, ready = Processes(folder), False
    try:
        while not stopping.is_set():
            for name in processes.keep():
                print(f"{name}: {said(WORDS['again'])}", flush=True)
            if not ready and is_ready(address):
                ready = True
                password = Path(os.environ["AIRFLOW_HOME"]) / "simple_auth_manager_passwords.json.generated"
                print(f"{said(WORDS['ready'])}: {address} ({said(WORDS['login'])} {password})", flush=True)
            stopping.wait(PAUSE)
        print(said(WORDS["stopping"]), flush=True)
    finally:
        processes.stop()


if __name__ == "__main__":  # a container's health check
    sys.exit(not answers(f"http://127.0.0.1:{os.environ.get('AIRFLOW__API__PORT', '8080')}"))
