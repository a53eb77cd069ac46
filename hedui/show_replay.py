"""What `hedui replay` prints for people: identical, or which table of which night differs by how many rows, and why it may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from hedui.show import said

if TYPE_CHECKING:
    from hedui.replay import Replayed

WORDS = {
    "identical": ("一致", "identical"),
    "differs": ("不一致", "differs"),
    "all": ("{count} 晚全部一致", "{count} nights, all identical"),
    "some": ("{count} 晚中有 {wrong} 晚不一致", "{count} nights, {wrong} of which differ"),
    "damaged": ("文件已损坏或被改动：{name}", "no longer what was written: {name}"),
    "table": ("{name}：当时独有 {then} 行，现在独有 {now} 行", "{name}: {then} rows only then, {now} rows only now"),
    "columns": ("{name}：列不同（{columns}）", "{name}: other columns ({columns})"),
    "bytes": ("行完全相同，但文件字节不同（通常因组件版本不同）：{names}", "the same rows in other bytes, as another version of a library writes them: {names}"),
    "unfrozen": ("该晚尚未保存核验依据（旧版本所运行），无法还原当时的状态", "a night of before hedui kept what it rested on: it cannot be put back as it was"),
    "code": ("程序代码与当时不同：{what}", "hedui's code is not that of then: {what}"),
    "version": ("组件版本与当时不同：{what}", "a library is not that of then: {what}"),
    "model": ("现用模型与当时不同：{what}", "the model in force is not that of then: {what}"),
    "unexplained": ("代码、组件和模型均与当时相同：快照可能被改动，请按 docs/backfill.md 处理",
                    "code, libraries and model are those of then: a snapshot may have been changed; see docs/backfill.md"),
}  # fmt: skip


def show_one(one: Replayed) -> str:
    """A night in a word."""
    return said(WORDS["identical" if one.identical else "differs"])


def show(nights: Sequence[Replayed]) -> None:
    """Print the verdict, and of each night that differs what and why."""
    console = Console(highlight=False, soft_wrap=True)
    wrong = [one for one in nights if not one.identical]
    for one in wrong:
        console.print(f"{one.run_id}: {said(WORDS['differs'])}", markup=False)
        for line in lines_of(one):
            console.print(f"  {line}", markup=False)
    console.print(said(WORDS["some" if wrong else "all"]).format(count=len(nights), wrong=len(wrong)))
    if others := sorted({table.name for one in nights for table in one.tables if table.same and not table.same_bytes}):
        console.print(said(WORDS["bytes"]).format(names=", ".join(others)), markup=False)


def lines_of(one: Replayed) -> list[str]:
    """What differs in a night, and why it may."""
    told = [said(WORDS["damaged"]).format(name=name) for name in one.damaged]
    for table in (table for table in one.tables if not table.same):
        facts = {"name": table.name, "then": f"{table.only_then:,}", "now": f"{table.only_now:,}", "columns": ", ".join(table.columns)}
        told.append(said(WORDS["columns" if table.columns else "table"]).format(**facts))
    told += [said(WORDS[code]).format(what=what) for code, what in one.reasons]
    return told if one.reasons or one.damaged else [*told, said(WORDS["unexplained"])]
