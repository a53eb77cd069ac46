"""`hedui doctor`: the whole installation in one table: well, to be done, cannot be told; and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.table import Table

from hedui.checks import home, machine, scheduler, sources, state
from hedui.checks.answer import Answer, State, tried
from hedui.show import said
from vocabulary.registries import REGISTRIES
from vocabulary.settings import Settings

TO_BE_DONE = 2
TITLES = {
    "settings": ("设置", "settings"),
    "python": ("Python 版本", "Python"),
    "libraries": ("程序库版本", "libraries"),
    "time_zone": ("时区数据", "time zone"),
    "encoding": ("字符编码", "encoding"),
    "umask": ("文件默认权限", "umask"),
    "fonts": ("中文字体", "Chinese fonts"),
    "pango": ("Pango（简报 PDF）", "Pango (bulletin's PDF)"),
    "java": ("Java（仅 Spark 需要）", "Java (Spark only)"),
    "home": ("数据文件夹", "HEDUI_HOME"),
    "disk": ("磁盘空间", "disk"),
    "clock": ("时钟", "clock"),
    "key": ("快照密钥", "snapshot key"),
    "portal_secret": ("门户密钥", "portal's secret"),
    "state": ("状态数据库", "state database"),
    "server": ("PostgreSQL 版本", "PostgreSQL"),
    "role": ("数据库角色", "database role"),
    "server_clock": ("数据库时钟", "server's clock"),
    "sources": ("登记来源", "registries"),
    "source": ("来源", "source"),
    "airflow": ("Airflow", "Airflow"),
    "dags": ("Airflow 任务", "Airflow: DAGs"),
    "xcom": ("Airflow XCom", "Airflow: XCom"),
    "pools": ("Airflow 资源池", "Airflow: pools"),
}
STATES = {State.OK: ("正常", "ok"), State.TO_DO: ("待处理", "to do"), State.UNKNOWN: ("无法判断", "cannot tell")}
HEADINGS = (("检查项", "check"), ("结果", "result"), ("查到", "found"))


def run(*, as_json: bool) -> int:
    """Check, print, and return the exit code: 0, or 2 where something is to be done."""
    answers = list(examined())
    wrong = any(answer.state is State.TO_DO for answer in answers)
    if as_json:
        told = [as_record(answer) for answer in answers]
        print(json.dumps({"status": "to do" if wrong else "ok", "checks": told}, ensure_ascii=False))
    else:
        show(answers)
    return TO_BE_DONE if wrong else 0


def examined() -> Iterator[Answer]:
    """Every answer; one check that breaks down does not stop the others."""
    for look in (
        machine.python,
        machine.libraries,
        machine.time_zone,
        machine.encoding,
        machine.umask,
        machine.fonts,
        machine.pango,
        machine.java,
    ):
        yield from tried(look.__name__, look)
    settings: list[Settings] = []
    yield from tried("settings", lambda: _read(settings))
    for one in settings:
        yield from _of_settings(one)
    yield from tried("airflow", scheduler.airflow)


def _read(settings: list[Settings]) -> Iterator[Answer]:
    """Raises ConfigurationError; without settings nothing behind them can be looked at."""
    settings.append(Settings.from_environment())
    yield from ()


def _of_settings(settings: Settings) -> Iterator[Answer]:
    checks: dict[str, Callable[[Settings], Iterator[Answer]]] = {
        "home": home.writable,
        "disk": home.disk,
        "clock": home.clock,
        "key": home.key,
        "portal_secret": home.portal_secret,
        "state": state.database,
        "sources": sources.any_source,
    }
    for name, look in checks.items():
        yield from tried(name, lambda look=look: look(settings))  # type: ignore[misc]
    for registry in REGISTRIES:
        yield from tried(f"source {registry}", lambda registry=registry: sources.source(settings, registry))  # type: ignore[misc]


def as_record(answer: Answer) -> dict[str, object]:
    """For the JSON: the check, its state, what was found, and the fault as everywhere."""
    return {
        "check": answer.check,
        "state": answer.state.value,
        "found": answer.found,
        "fault": answer.fault.told() if answer.fault else None,
    }


def title(check: str) -> str:
    """What a check is called; a registry's by its own title."""
    kind, _, registry = check.partition(" ")
    if not registry:
        return said(TITLES[kind])
    contract = REGISTRIES[registry]
    return f"{said(TITLES[kind])}{said(('：', ': '))}{said((contract.title_zh, contract.title_en))}"


def show(answers: list[Answer]) -> None:
    """The table, then what to do, each with its code."""
    console = Console(highlight=False, soft_wrap=True)
    table = Table(*(said(heading) for heading in HEADINGS))
    for answer in answers:
        table.add_row(title(answer.check), said(STATES[answer.state]), answer.found)
    console.print(table)
    for state_of in (State.TO_DO, State.UNKNOWN):
        for answer in answers:
            if answer.state is state_of and answer.fault is not None:
                console.print(f"{said(STATES[state_of])}{said(('：', ': '))}{answer.fault.text()}", markup=False)
