"""The verdict of a night as plain facts: counts, codes, row numbers of nothing, values of nobody. `verdict.json` and the page say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from expectations.acceptance import FRESH, Acceptance, Night
from expectations.examination import Examination


def verdict_of(acceptances: Mapping[str, Acceptance], night: Night) -> dict[str, Any]:
    """One object: run_id, as_of, registries in alphabetical order, each county's part beside the others."""
    return {
        "run_id": night.run_id,
        "as_of": night.as_of.isoformat(),
        "registries": [registry_verdict(one, night.counties.name(one.county)) for one in acceptances.values()],
    }


def registry_verdict(acceptance: Acceptance, county_name: str = "") -> dict[str, Any]:
    """What became of one registry, or of one county's part of it, why, and what its administrator can correct."""
    contract, examination = acceptance.registry, acceptance.examination
    return {
        "registry": contract.name,
        **({"county": acceptance.county, "county_name": county_name} if acceptance.county else {}),
        "title": {"zh": contract.title_zh, "en": contract.title_en},
        "status": acceptance.status,
        "from_run_id": acceptance.from_run_id,
        "complete": acceptance.complete,
        "absence_may_be_said": contract.absence is not None and acceptance.status == FRESH and acceptance.complete,
        **({} if contract.absence else {"absence_is_asked": False}),
        "rows_tonight": acceptance.delivery.rows_landed if acceptance.delivery else None,
        "identical_copies": acceptance.delivery.identical_copies if acceptance.delivery else 0,
        "later_rows": acceptance.delivery.later_rows if acceptance.delivery else 0,
        "rows_landed": acceptance.rows_landed,
        "rows_accepted": len(acceptance.records),
        "rows_quarantined": acceptance.rows_quarantined,
        "rows_before": acceptance.rows_before,
        "days_since_update": acceptance.delivery.days_since_update if acceptance.delivery else None,
        "period_from": iso(acceptance.period_from),
        "period_to": iso(acceptance.period_to),
        "faults": [{**fault.as_record(), "text": {locale: fault.text(locale) for locale in ("zh", "en")}} for fault in acceptance.faults],
        "quarantined": counted(examination, "blank", "leave_out"),
        "noted": counted(examination, "note"),
        "gaps": counted(examination, "count"),
        "could_not_be_checked": [asdict(raised) for raised in examination.raised] if examination else [],
        "expectations": list(expectations(examination)),
    }


def counted(examination: Examination | None, *becomes: str) -> list[dict[str, Any]]:
    """Rows per column and code, of the reasons that end so."""
    if examination is None:
        return []
    failures = examination.failures
    chosen = failures[failures["becomes"].isin(becomes)]
    counts = Counter(zip(chosen["column"], chosen["code"], strict=True))
    return [{"column": column, "code": code, "rows": rows} for (column, code), rows in sorted(counts.items())]


def expectations(examination: Examination | None) -> Iterator[dict[str, Any]]:
    """Every expectation that was asked: its code, column, severity, reason, and whether it held."""
    for single in examination.result.results if examination else ():
        configuration = single.expectation_config
        if configuration is None:
            continue
        meta = configuration.meta or {}
        yield {
            "expectation": configuration.type,
            "code": meta.get("code"),
            "column": meta.get("column"),
            "severity": str(getattr(configuration.severity, "value", configuration.severity)),
            "held": bool(single.success),
            "rows_against": int((single.result or {}).get("unexpected_count") or 0),
            "reason": configuration.notes,
        }


def iso(day: date | None) -> str | None:
    """A date as text."""
    return day.isoformat() if day is not None else None
