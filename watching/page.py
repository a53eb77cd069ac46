"""The run report of one night: one HTML page in both languages that opens without a network and needs no script.

Its plots are bars that the page itself draws: a night must not wait the seconds that a plotting library takes to load.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vocabulary.errors import wordings
from vocabulary.page_words import LOCALES
from watching import judge, small
from watching.drift import LOOK, MOVED, Verdict
from watching.nights import Night, place_of
from watching.words import Words

NIGHTS_DRAWN = 14
LATE_DAYS = 7
"""A registry whose data are older is named at the top: the quickest rhythm that any has is daily, and hospitals and townships deliver weekly."""


@dataclass(frozen=True)
class Compared:
    """A night with those before it, oldest first."""

    night: Night
    before: Sequence[Night]

    @property
    def last(self) -> Night | None:
        """The night before."""
        return self.before[-1] if self.before else None


def page(told: Compared, locale: str) -> str:
    """The page, both languages in it, the reader's first."""
    order = (locale, *(other for other in LOCALES if other != locale))
    html: str = _template().render(told=told, parts=[part(told, each) for each in order], locale=locale, limits=(LOOK, MOVED))
    return html


@cache
def _template() -> Any:
    folder = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("night.html")


def part(told: Compared, locale: str) -> dict[str, Any]:
    """Everything that the page says in one language."""
    say = Words(locale)
    shares = judge.shares(told.night, told.before[-judge.BASELINE :])
    weights = judge.weights(told.night, told.before[-judge.BASELINE :])
    return {
        "locale": locale,
        "say": say,
        "faults": [text_of(fault, locale) for fault in told.night.report["faults"]],
        "attention": attention(told, shares, weights, say),
        "stages": stages(told, say),
        "registries": registries(told, say),
        "reasons": [row for one in shares if one.what == "code" and one.have and (row := share_row(one, say))],
        "quality": [
            share_row(one, say) for one in shares if one.what == "filled" and (one.share < 1 or one.drift.verdict != Verdict.STEADY)
        ],
        "weights": [weight_row(one, say) for one in weights],
        "changes": changes(told, say),
    }


def text_of(fault: Mapping[str, Any], locale: str) -> str:
    """A fault's code and what to do, without its place: a page is passed on, and a place names files and addresses. report.json has it."""
    try:
        return f"[{fault['code']}] {wordings()[fault['code']][locale]['todo'].format()}"
    except (KeyError, IndexError):  # no wording, or one that needs facts, which the report does not keep
        return f"[{fault['code']}]"


def attention(told: Compared, shares: Sequence[judge.Share], weights: Sequence[judge.Weight], say: Words) -> list[str]:
    """A sentence for every figure that passed a limit."""
    found = [
        say("head", "late", registry=say.registry(*place_of(row)), days=days)
        for row in told.night.report["registries"]
        if (days := age(told.night, row)) is not None and days > LATE_DAYS
    ]
    for one in shares:
        if one.usual is not None and one.drift.verdict != Verdict.STEADY:
            name = say.column(one.name) if one.what == "filled" else say.reason(one.name)
            facts = {"now": percent(one.share), "usual": percent(one.usual), "psi": f"{one.drift.psi:.2f}"}
            found.append(say("head", one.what, registry=say.registry(one.registry), name=name, **facts))
    for each in weights:
        name = say.code("weights", each.comparison)
        if each.drift.verdict != Verdict.STEADY:
            found.append(say("head", "levels", name=name, psi=f"{each.drift.psi:.2f}"))
        if each.bits is not None and abs(each.bits) >= judge.BIT:
            found.append(say("head", "bits", name=name, level=each.level, bits=f"{each.bits:+.1f}"))
    return found


def stages(told: Compared, say: Words) -> list[dict[str, Any]]:
    """One row a stage, then all together: seconds tonight, usually, of the last nights, and its counts."""
    drawn = [*told.before[-(NIGHTS_DRAWN - 1) :], told.night]
    rows = [_stage(name, stage, drawn, say) for name, stage in told.night.report["stages"].items()]
    spans = [night.seconds for night in drawn if night.report["stages"]]
    return [*rows, {"name": say("stages", "total"), "counts": "", **_spans(told.night.seconds, spans, say)}] if rows else []


def _stage(name: str, stage: Mapping[str, Any], drawn: Sequence[Night], say: Words) -> dict[str, Any]:
    spans = [float(night.report["stages"][name]["seconds"]) for night in drawn if name in night.report["stages"]]
    counts = stage["counts"]
    if name == "land":
        rows = sum(one.get("rows", 0) for one in counts.values())
        said = [f"{say('count', 'records')} {small.said(rows)}"]
    else:
        kept = [key for key in small.COUNTED.get(name, ()) if key in counts]
        said = [f"{say('count', key)} {counts[key] if key in small.NOT_PEOPLE else small.said(counts[key])}" for key in kept]
    return {"name": say.code("stages", name), "counts": " · ".join(said), **_spans(float(stage["seconds"]), spans, say)}


def _spans(now: float, spans: Sequence[float], say: Words) -> dict[str, Any]:
    """`bars`: heights of 0 to 1, the last being tonight's."""
    highest = max(spans, default=0.0) or 1.0
    earlier = sorted(spans[:-1])
    usual = f"{earlier[len(earlier) // 2]:.1f}" if earlier else say("page", "unknown")
    alt = say("stages", "nights_alt", count=len(spans), last=f"{now:.1f}")
    return {"seconds": f"{now:.1f}", "usual": usual, "bars": [max(span / highest, 0.03) for span in spans], "alt": alt}


def registries(told: Compared, say: Words) -> list[dict[str, Any]]:
    """One row a registry, or a registry and county."""
    earlier = {place_of(row): row for row in (told.last.report["registries"] if told.last else [])}
    found = []
    for row in told.night.report["registries"]:
        then = earlier.get(place_of(row), {})
        days = age(told.night, row)
        found.append(
            {
                "name": say.registry(*place_of(row)),
                "status": row["status"],
                "said": say.code("registries", row["status"]),
                "reason": row.get("reason") or "",
                "age": say("page", "unknown") if days is None else days,
                "rows": small.said(row.get("rows_accepted")),
                "before": small.said(then.get("rows_accepted")),
                "quarantined": small.said(row.get("rows_quarantined")),
            }
        )
    return found


def age(night: Night, row: Mapping[str, Any]) -> int | None:
    """Days from the day to which a registry's data reach to the night's; None where it has none."""
    if not row.get("as_of") or not night.report.get("as_of"):
        return None
    return (date.fromisoformat(night.report["as_of"]) - date.fromisoformat(str(row["as_of"])[:10])).days


def share_row(one: judge.Share, say: Words) -> dict[str, Any]:
    """A share with what was usual."""
    return {
        "registry": say.registry(one.registry),
        "name": say.column(one.name) if one.what == "filled" else say.reason(one.name),
        "code": one.name,
        "rows": small.said(one.have),
        # Of one to four records a share would tell how many.
        "share": percent(one.share) if one.have >= small.STEP and (one.rows - one.have >= small.STEP or one.rows == one.have) else "",
        "usual": say("page", "unknown") if one.usual is None else percent(one.usual),
        "length": one.share,
        **_psi(one.drift.psi, one.drift.verdict if one.usual is not None else None, say),
    }


def weight_row(one: judge.Weight, say: Words) -> dict[str, Any]:
    """A comparison with what moved most."""
    return {
        "name": say.code("weights", one.comparison),
        "pairs": small.said(one.pairs),
        "level": one.level or say("page", "unknown"),
        "bits": say("page", "unknown") if one.bits is None else f"{round(one.bits, 2) + 0.0:+.2f}",  # never -0.00
        **_psi(one.drift.psi, one.verdict, say),
    }


def _psi(psi: float, verdict: Verdict | None, say: Words) -> dict[str, Any]:
    """`bar`: its length, 0.5 and more being the whole width."""
    said = say("page", "unknown") if verdict is None else say("verdict", verdict)
    return {
        "psi": say("page", "unknown") if verdict is None else f"{psi:.2f}",
        "bar": min(psi / 0.5, 1.0),
        "verdict": verdict,
        "said": said,
    }


def changes(told: Compared, say: Words) -> dict[str, Any] | None:
    """What changed; None where there is no night before, or nothing could be compared."""
    changed = told.night.measured.get("changed") or {}
    if not changed:
        return None
    kinds = told.night.report["findings"]
    return {
        "same": not told.night.report.get("changed", True),
        "records": [
            (say.registry(name), [small.said(row[step]) for step in ("arrived", "corrected", "gone")])
            for name, row in changed.get("records", {}).items()
        ],
        "births": [(say("changes", step), small.said(changed["births"][step])) for step in ("new", "joined", "split")]
        if "births" in changed
        else [],
        "findings": [
            (say.kind(name), [small.said(row["found"]), small.said(row["gone"]), small.said(kinds.get(name, 0))])
            for name, row in changed.get("findings", {}).items()
        ],
    }


def percent(share: float) -> str:
    """With one digit."""
    return f"{100 * share:.1f} %"
