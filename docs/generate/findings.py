"""Chapter of findings: question, needs, SQL, who gets it, and one of the sample county explained; and what may be answered."""

from __future__ import annotations

import re
from pathlib import Path

from generate import county
from generate.repository import ROOT
from generate.tables import COLON, one_of, table
from generate.words import said
from reconciliation.explain import explain
from reconciliation.explain import texts as explain_texts
from vocabulary.findings import ANSWERS, Effect, Kind
from vocabulary.parquet_files import read_frame
from vocabulary.settings import Settings
from vocabulary.wording import KINDS, words

PARTS = {
    "question": ("问题", "Question"),
    "needs": ("前提", "Needs"),
    "to": ("交给", "Goes to"),
    "source": ("依据", "Source"),
}
EXAMPLE = ("虚拟县中的一例，`hedui explain` 的说明", "One of the invented county, as `hedui explain` tells it")
NO_EXAMPLE = ("这个虚拟县当晚没有此类发现。", "The invented county had none that night.")
ANSWER_HEADERS = (
    ("代码", "code"),
    ("核查结果", "outcome"),
    ("以后怎样", "what follows"),
    ("对登记数", "registered"),
    ("对出生数", "births"),
)
EFFECTS = {
    Effect.SETTLES: ("了结；有新情况才再列出", "settled: listed again only on new evidence"),
    Effect.RETURNS: ("{days} 天后仍未解决的再次列出", "listed again after {days} days where it still stands"),
    Effect.SECOND_CHECK: ("由另一人再核查一次", "another person looks once more"),
    Effect.TRANSFERS: ("转交所填地区的窗口", "goes to the desk of the place that the answer names"),
    Effect.PEACE: ("不再就此儿童询问任何人", "nobody is asked about this child again"),
    Effect.PROTECTS: ("只交指定负责人，不显示住址", "with the senior officer alone, without address"),
    Effect.BINDS: ("以后每晚均按此判定", "binds every later night"),
}


def chapter(locale: str, home: Path) -> str:
    """One section a kind."""
    examples = explained(locale, home)
    return "\n".join(section(kind, locale, examples.get(kind)) for kind in Kind)


def header(kind: str) -> tuple[dict[str, str], str]:
    """The metadata and the statement of a rule."""
    text = (ROOT / "sql" / "findings" / f"{kind}.sql").read_text(encoding="utf-8")
    told = dict(re.findall(r"^-- (\w+): +(.+)$", text, flags=re.MULTILINE))
    return told, re.sub(r"\A(?:-- .+\n)+", "", text)


def section(kind: str, locale: str, example: str | None) -> str:
    """A kind of finding."""
    told, statement = header(kind)
    question = one_of(explain_texts()["question"][kind], locale)
    facts = {"question": question[0].upper() + question[1:]} | {
        part: said("findings", told[part], locale) for part in ("needs", "to", "source")
    }
    lines = [f"## {words(KINDS, kind, locale)} `{kind}`\n"]
    lines += [f"- **{one_of(PARTS[part], locale)}**{one_of(COLON, locale)}{text}" for part, text in facts.items()]
    lines += [
        "",
        f"**{one_of(EXAMPLE, locale)}**{one_of(COLON, locale).rstrip()}\n",
        f"```text\n{example}\n```\n" if example else one_of(NO_EXAMPLE, locale) + "\n",
    ]
    title = f"SQL: sql/findings/{kind}.sql"
    inner = "\n".join(f"    {line}" if line else "" for line in f"```sql\n{statement.strip()}\n```".splitlines())
    return "\n".join([*lines, f'??? note "{title}"\n', inner, ""])


def explained(locale: str, home: Path) -> dict[str, str]:
    """Kind -> the explanation of the first finding of that kind that is on a list."""
    table_of = read_frame(county.newest_run(home) / "findings" / "finding.parquet")
    settings = Settings.from_environment(county.environment(home) | {"HEDUI_LOCALE": locale})
    due = table_of[table_of["due_stage"].isna() | table_of["due_stage"].ge(30)]
    first = due.sort_values("finding_id").groupby("kind")["finding_id"].first()
    return {str(kind): explain(str(finding), settings) for kind, finding in first.items()}


def outcomes(locale: str, home: Path) -> str:
    """What a desk or a steward may answer."""
    rows = [
        (
            f"`{code}`",
            one_of((each.zh, each.en), locale),
            one_of(EFFECTS[each.effect], locale).format(days=each.days),
            *counted(each, locale),
        )
        for code, each in ANSWERS.items()
    ]
    return table([one_of(each, locale) for each in ANSWER_HEADERS], rows)


def counted(answer: object, locale: str) -> tuple[str, str]:
    """What the answer does to the figures."""
    return tuple(said("findings", getattr(answer, part), locale) for part in ("numerator", "denominator"))  # type: ignore[return-value]


def texts() -> set[str]:
    """Every English text of this chapter."""
    told = {header(kind)[0][part] for kind in Kind for part in ("needs", "to", "source")}
    return told | {getattr(each, part) for each in ANSWERS.values() for part in ("numerator", "denominator")}
