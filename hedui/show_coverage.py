"""What `hedui coverage` prints for people: what is certain, what models say, and the estimate or the reasons against one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from vocabulary.errors import reader_locale

WORDS = {
    "list": ("名册", "list"),
    "held": ("其中有", "holds"),
    "of": ("全部已知出生", "of all that are known"),
    "at_most": ("覆盖率至多", "coverage at most"),
    "coverage": ("覆盖率估计", "coverage, estimated"),
    "model": ("模型", "model"),
    "number": ("估计数", "births"),
    "se": ("标准误", "se"),
    "interval": ("95 % 区间", "95 % interval"),
    "weight": ("权重", "weight"),
    "lists": ("两个名册", "two lists"),
    "shared": ("共有", "both hold"),
    "none": ("无法估计", "none"),
    "more": ("另有 {count} 个模型权重不足 1 %（--json 可见全部）", "{count} more models weigh less than 1 % (--json has them all)"),
    "sample_coverage": (
        "样本覆盖率 {coverage}；按此估计：独立时 {independent}，修正依赖后 {dependent}，一步修正 {one_step}",
        "Sample coverage {coverage}. Births by it: {independent} if lists are independent, {dependent} corrected for dependence, {one_step} in one step",
    ),
    "linkage": ("匹配误差（漏连加错连，最差的两个名册）{error}，等级 {grade}", "Linkage error (missed and false, of the two lists linked worst): {error}, grade {grade}"),
    "no_sample": (
        "未给出人工判定样本（--sample），匹配误差未计入：漏连会使估计偏高。",
        "Linkage errors are not allowed for, without a steward's sample (--sample): missed links make an estimate too high.",
    ),
    "bound": ("下限：至少有一个名册记录的出生 {bound}", "Lower bound: {bound} births that at least one list holds"),
    "merged": ("（扣除匹配误差前为 {union}）", " ({union} before linkage errors were taken out)"),
    "estimate": ("估计：{number}（95 % 区间 {low} 至 {high}）", "Estimate: {number} births (95 %: {low} to {high})"),
    "withheld": ("不给出估计数，只给下限。上表各模型仅供统计人员判断。原因：", "No estimate is printed, the lower bound only. The models above are for a statistician to judge by. Why:"),
    "no_births": ("没有出生", "there are no births"),
    "empty_list": ("有名册没有任何出生", "a list holds no birth"),
    "two_lists": (
        "只有两个名册，无法看出二者是否相互依赖；依赖时估计偏低。如能确认相互独立，请加 --independent",
        "two lists cannot show whether they depend on each other, and if they do the estimate is too low; --independent where you answer for it",
    ),
    "other_scope": ("各名册的范围不同", "the lists are not of the same births"),
    "few_shared": ("两个名册共有的出生只有 {shared:.0f}，至少应有 {fewest:.0f}：请合并后再估计", "the lists share {shared:.0f} births, {fewest:.0f} are needed: pool tables first"),
    "low_sample_coverage": ("样本覆盖率 {coverage:.1%}，低于 {lowest:.0%}：重叠太少", "sample coverage is {coverage:.1%}, below {lowest:.0%}: the lists overlap too little"),
    "no_number": ("没有一个模型能给出有限的估计", "no model has a finite number"),
    "unbounded": ("没有有限估计的模型占权重 {weight:.0%}", "models without a finite number weigh {weight:.0%}"),
    "no_interval": ("数据不能确定区间的上端", "the data set no upper end"),
    "linkage_error": ("匹配误差 {error:.2%}，大于估计的未记录比例 {missing:.2%}", "linkage error is {error:.2%}, more than the {missing:.2%} that seem to be missing"),
    "contradiction": ("判定样本与数据表相互矛盾：扣除误差后有 {births:.0f} 例出生为负", "sample and table contradict each other: without the errors, {births:.0f} births are below zero"),
}  # fmt: skip


def said(name: str, **facts: object) -> str:
    """The words for the reader's locale."""
    return WORDS[name][0 if reader_locale() == "zh" else 1].format(**facts)


def show(told: dict[str, Any]) -> None:
    """Print tables, then what is certain, then the estimate or why there is none."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(_held(told["held"]), _two(told["two_lists"]), _models(told["models"]))
    if light := sum(one["weight"] < 0.01 for one in told["models"]):
        console.print(said("more", count=light))
    if found := told["sample_coverage"]:
        facts = {"independent": found["N0_indep"], "dependent": found["N_HSC"], "one_step": found["N1_LSC"]}
        console.print(said("sample_coverage", coverage=f"{found['C']:.1%}", **{name: _births(value) for name, value in facts.items()}))
    linkage = told["linkage"]
    console.print(said("linkage", error=f"{linkage['error']:.2%}", grade=linkage["grade"] or "–") if linkage else said("no_sample"))
    merged = said("merged", union=_births(told["union"])) if linkage else ""
    console.print(f"[bold]{said('bound', bound=_births(told['lower_bound']))}[/bold]{merged}")
    if estimate := told["estimate"]:
        low, high = estimate["interval"]
        console.print(f"[bold]{said('estimate', number=_births(estimate['N']), low=_births(low), high=_births(high))}[/bold]")
    else:
        console.print(said("withheld"))
        for reason in told["withheld"]:
            console.print(f"  - {said(reason['why'], **reason['facts'])}", markup=False)


def _held(rows: Sequence[dict[str, Any]]) -> Table:
    table = _table("list", "held", "of", "at_most", "coverage", "interval")
    for one in rows:
        estimated = (
            ["–"] * 2
            if one["coverage"] is None
            else [f"{one['coverage']:.2%}", " – ".join(f"{end:.2%}" for end in one["coverage_interval"])]
        )
        table.add_row(str(one["list"]), _births(one["held"]), _births(one["union"]), f"{one['share']:.2%}", *estimated)
    return table


def _two(rows: Sequence[dict[str, Any]]) -> Table:
    table = _table("lists", "shared", "number", "se", "interval")
    table.title = "Chapman"
    for one in rows:
        table.add_row(one["lists"], _births(one["m"]), _births(one["chapman"]), f"{one['se']:.1f}", _interval(one["interval"]))
    return table


def _models(rows: Sequence[dict[str, Any]]) -> Table:
    """Those that weigh something, best first."""
    table = _table("model", "number", "se", "interval")
    for name in ("AIC", "BIC", said("weight")):
        table.add_column(name, justify="right")
    for one in (one for one in rows if one["weight"] >= 0.01):
        se = "" if one["se"] is None else f"{one['se']:.1f}"
        weighed = (f"{one['AIC']:.2f}", f"{one['BIC']:.2f}", f"{one['weight']:.1%}")
        table.add_row(one["terms"].replace("[", r"\["), _births(one["N"]), se, _interval(one["profile_interval"]), *weighed)
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(said(first))
    for name in others:
        table.add_column(said(name), justify="right")
    return table


def _births(number: float | None) -> str:
    return said("none") if number is None else f"{number:,.0f}"


def _interval(ends: Sequence[float] | None) -> str:
    return "–" if ends is None else f"{ends[0]:,.0f} – {ends[1]:,.0f}"
