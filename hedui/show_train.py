"""What `hedui train` prints for people: what agreement is worth by comparison, what errs together, and what is known of equal error."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from matching.report import numbers
from matching.report.words import Words
from vocabulary.errors import reader_locale

WORDS = {
    "comparison": ("比较项", "comparison"),
    "m": ("同一者中一致的比例 m", "m: agree, matches"),
    "u": ("碰巧一致的比例 u", "u: agree by chance"),
    "agreement": ("一致的权重", "bits if the same"),
    "difference": ("不同的权重", "bits if different"),
    "learnt": ("由 {records} 条记录、{pairs} 个记录对训练", "Learnt from {records} records and {pairs} pairs"),
    "labelled": ("，并用人工判定 {link} 对同一、{apart} 对不同", ", and {link} pairs that people found to be one and {apart} apart"),
    "together": ("往往同时出错", "They err together"),
    "care": ("差错集中于 {share} 的记录对", "Errors gather in {share} of matches"),
    "unjudged": (
        "误差是否均等：未核查。发布前请加 --truth（虚拟县的真值）或足够的 --labels。",
        "Equal error: not judged. Before the model is released, give --truth (of an invented county) or enough --labels.",
    ),
    "judged": (
        "误差是否均等：没有确认不均等的组；{even} 项均等，{unclear} 项尚不能判断，不视为通过。",
        "Equal error: no group is shown to bear unequal error; {even} figures are even, of {unclear} nobody can tell yet, which is no pass.",
    ),
    "where": ("模型在", "The model is in"),
}


def said(name: str, **facts: object) -> str:
    """The words for the reader's locale."""
    return WORDS[name][0 if reader_locale() == "zh" else 1].format(**facts)


def show(told: dict[str, Any]) -> None:
    """Print a table and a few lines."""
    console, words = Console(highlight=False, soft_wrap=True), Words(reader_locale())
    table = Table()
    for name in ("comparison", "m", "u", "agreement", "difference"):
        table.add_column(said(name), no_wrap=name == "comparison", justify="left" if name == "comparison" else "right")
    for name, one in told["comparisons"].items():
        shares, weights = (numbers.share(one[key]) for key in ("m", "u")), (numbers.signed(one[key]) for key in ("agreement", "difference"))
        table.add_row(words.code("comparison", name), *shares, *weights)
    console.print(table)
    learnt = said("learnt", records=f"{sum(told['records'].values()):,}", pairs=f"{told['pairs']:,}")
    console.print(learnt + (said("labelled", **told["labels"]) if told["labels"] else ""))
    if told["bonds"]:
        pairs = ["+".join(words.code("comparison", name) for name in pair) for pair in told["bonds"]]
        console.print(f"{said('together')}: {words.joined(pairs)}")
    if told["care"]:
        console.print(said("care", share=numbers.percent(told["care"]["share"], 0)))
    verdicts = told["parity"]
    console.print(said("unjudged") if verdicts is None else said("judged", **{name: len(groups) for name, groups in verdicts.items()}))
    console.print(f"{said('where')} {told['model']}", markup=False)
