"""`hedui purge`: what has outstayed its purpose goes, and a receipt says what went and what is left."""

from __future__ import annotations

import json
from datetime import date

from rich.console import Console
from rich.table import Table

from hedui.show import said
from sql import state
from sql.purge import Receipt
from vocabulary.dates import today
from vocabulary.settings import Settings

WORDS = {
    "what": ("内容", "what"),
    "deleted": ("已清除", "deleted"),
    "due": ("到期", "due"),
    "oldest_kept": ("留存最早", "oldest kept"),
    "newest_kept": ("留存最晚", "newest kept"),
    "receipt": ("清除回执第 {no} 号（截至 {as_of}），共清除 {count} 项", "Purge receipt {no}, as of {as_of}: {count} items deleted"),
    "trial": ("试运行（截至 {as_of}）：到期 {count} 项，未作任何删除", "Trial as of {as_of}: {count} items are due, nothing was deleted"),
    "nothing": ("没有到期的内容。", "Nothing is due."),
    "receipt_hash": ("回执校验值", "Hash of this receipt"),
    "log_head": (
        "查阅日志末条校验值（请抄存，供 hedui verify-log --head 核对）",
        "Head of the access log (copy it down, for hedui verify-log --head)",
    ),
}
ITEMS = {
    "finding": ("核对事项", "findings"),
    "finding_event": ("核对事项经过", "steps of findings"),
    "task": ("任务编号", "task numbers"),
    "former_desk": ("任务原属单位", "former desks of tasks"),
    "outcome": ("核查结果", "answers of desks"),
    "pair_reading": ("数据管理员的判读", "stewards' readings of pairs"),
    "portal_session": ("网页登录", "logins to the portal"),
    "birth_record": ("出生与记录的对应", "births and their records"),
    "decision": ("人工判定", "decisions about pairs"),
    "sampled_pair": ("抽查记录对", "pairs drawn for judging"),
    "bound_record": ("不再打扰或受保护的记录", "records left in peace or protected"),
    "exchange_file": ("县际交换登记", "files exchanged with counties"),
    "delivery": ("各批数据说明", "manifests of deliveries"),
    "run": ("运行记录", "nights"),
    "access_log": ("查阅日志", "access log"),
    "runs/*/landing": ("原始数据 landing", "landing/ of runs"),
    "runs/*/base": ("匹配基准 base", "base/ of runs"),
    "runs/*/accepted": ("采用数据 accepted", "accepted/ of runs"),
    "runs/*/linked": ("匹配结果 linked", "linked/ of runs"),
    "runs/*/findings": ("核对发现 findings", "findings/ of runs"),
    "runs/*/worklists": ("核对清单 worklists", "worklists/ of runs"),
    "runs/*/other": ("运行文件夹内其他内容", "other folders of runs"),
    "returned": ("退回补正表", "returned lists"),
    "exchange": ("县际交换文件", "exchange files"),
    "replays": ("重算过程文件", "what a replay left"),
    "samples": ("抽样核实表", "samples to be looked at"),
    "profiles": ("数据源概况", "profiles of sources"),
}  # fmt: skip


def purge(as_of: date | None, *, dry_run: bool, as_json: bool) -> int:
    """Purge, print the receipt, return the exit code. Raises ConfigurationError for a day that lies ahead."""
    now = today()
    receipt = state.purge(Settings.from_environment(), as_of or now, now, dry_run=dry_run)
    if as_json:
        print(json.dumps({**receipt.as_record(), "dry_run": dry_run}, ensure_ascii=False))
    else:
        show(receipt, dry_run=dry_run)
    return 0


def show(receipt: Receipt, *, dry_run: bool) -> None:
    """The receipt for people: a line for everything of which something is or was there."""
    console = Console(highlight=False, soft_wrap=True)
    heading = said(WORDS["trial" if dry_run else "receipt"])
    count = f"{receipt.deleted:,}"
    console.print(f"[bold]{heading.format(no=receipt.receipt_no, as_of=receipt.as_of, count=count)}[/bold]")
    table = Table(said(WORDS["what"]))
    for name in ("due" if dry_run else "deleted", "oldest_kept", "newest_kept"):
        table.add_column(said(WORDS[name]), justify="right")
    for line in receipt.lines:
        if line.deleted or line.oldest_kept:
            days = (str(day) if day else "–" for day in (line.oldest_kept, line.newest_kept))
            table.add_row(said(ITEMS[line.what]), f"{line.deleted:,}", *days)
    console.print(table)
    if not receipt.deleted:
        console.print(said(WORDS["nothing"]))
    for name in ("receipt_hash", "log_head"):
        if told := getattr(receipt, name):
            console.print(f"{said(WORDS[name])}\n  {told}", markup=False)
