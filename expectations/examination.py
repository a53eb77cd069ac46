"""A delivery held against its suite by Great Expectations: which rows fail what, which critical facts fail, what could not be checked.

Values never enter a result: rows are named by `row_no`, and the text of an exception, which may hold a value, is dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import great_expectations as gx
import pandas as pd
from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult

from expectations.delivery import Delivery
from expectations.suites import suite_of
from expectations.thresholds import LEAST_ROWS_FOR_A_SHARE
from vocabulary.contracts import Registry

RESULT_FORMAT: Final = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["row_no"],
    "exclude_unexpected_values": True,
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}
FAILURE_COLUMNS: Final = ["row_no", "column", "code", "becomes"]


@dataclass(frozen=True)
class Critical:
    """A fact that stops the registry's night: its code and how many rows, of how many, speak against it."""

    code: str
    facts: Mapping[str, str | int]


@dataclass(frozen=True)
class Raised:
    """An expectation that could not be checked: our fault, not the registry's. The kind of error only, never its text."""

    expectation: str
    column: str
    severity: str
    error: str


@dataclass(frozen=True)
class Examination:
    """`failures`: one row per failing row and expectation (row_no, column, code, becomes)."""

    failures: pd.DataFrame
    criticals: tuple[Critical, ...]
    raised: tuple[Raised, ...]
    result: ExpectationSuiteValidationResult


def examine(delivery: Delivery, least_rows: int = 0) -> Examination:
    """Run the registry's suite in an ephemeral context. `least_rows`: what the last good night demands."""
    return read_result(validate(delivery.registry, delivery.frame, suite_of(delivery.registry), least_rows), delivery)


def read_result(result: ExpectationSuiteValidationResult, delivery: Delivery | None) -> Examination:
    """A validation as an examination; of rows that several deliveries hold together (None) nothing critical is asked."""
    tables = [pd.DataFrame(columns=FAILURE_COLUMNS)]
    criticals: list[Critical] = []
    raised: list[Raised] = []
    for single in result.results:
        if single.success:
            continue
        if error := error_of(single):
            raised.append(Raised(*named(single), error))
            hide_exception(single)
        elif severity_of(single) == "critical" and delivery is not None:
            criticals.extend(critical(single, delivery))
        else:
            tables.append(failing_rows(single))
    failures = pd.concat([table for table in tables if len(table)] or tables, ignore_index=True)
    ordered = failures.sort_values(FAILURE_COLUMNS, ignore_index=True)
    return Examination(ordered, tuple(criticals), tuple(sorted(raised, key=str)), result)


def validate(registry: Registry, frame: pd.DataFrame, suite: gx.ExpectationSuite, least_rows: int) -> ExpectationSuiteValidationResult:
    """One batch, one suite; without progress bars (they flood a task's log) and without Great Expectations' own log, which quotes values."""
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL + 1)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("landing").add_dataframe_asset(registry.name)
    batch = asset.add_batch_definition_whole_dataframe("night").get_batch({"dataframe": frame})
    return batch.validate(
        context.suites.add(suite),
        result_format=RESULT_FORMAT,
        expectation_parameters={"least_rows": least_rows},
    )


def configured(single: ExpectationValidationResult) -> Mapping[str, Any]:
    """The `meta` that the suite wrote: code, column, becomes."""
    configuration = single.expectation_config
    meta = configuration.meta if configuration is not None else None
    return meta or {"code": "unknown", "column": "", "becomes": "nothing"}


def severity_of(single: ExpectationValidationResult) -> str:
    """One of critical, warning, info."""
    configuration = single.expectation_config
    return str(getattr(configuration.severity, "value", configuration.severity)) if configuration is not None else "critical"


def named(single: ExpectationValidationResult) -> tuple[str, str, str]:
    """Expectation, column, severity."""
    configuration = single.expectation_config
    return (configuration.type if configuration is not None else "", str(configured(single)["column"]), severity_of(single))


def error_of(single: ExpectationValidationResult) -> str | None:
    """The kind of error, where the expectation itself failed. Its shape is flat, or keyed by metric (GX 1.24)."""
    infos = list(exception_infos(single))
    if not any(info.get("raised_exception") for info in infos):
        return None
    lines = str(infos[0].get("exception_traceback") or "").strip().splitlines()
    kind = lines[-1].partition(":")[0].rpartition(".")[2].strip() if lines else ""
    return kind if kind.isidentifier() else "Exception"


def exception_infos(single: ExpectationValidationResult) -> Iterator[Mapping[str, Any]]:
    """Every exception record of a result."""
    told: Mapping[str, Any] = single.exception_info or {}
    if "raised_exception" in told:
        yield told
    else:
        yield from (info for info in told.values() if isinstance(info, Mapping))


def hide_exception(single: ExpectationValidationResult) -> None:
    """Data Docs print exceptions, and an exception may quote a value."""
    single.exception_info = {"raised_exception": True, "exception_message": "hidden: see the verdict", "exception_traceback": ""}


def critical(single: ExpectationValidationResult, delivery: Delivery) -> Iterator[Critical]:
    """The fault, unless it is a share among too few rows to mean anything."""
    told = single.result or {}
    broken = int(told.get("unexpected_count") or 0)
    if "unexpected_count" in told and len(delivery.landed) < LEAST_ROWS_FOR_A_SHARE:
        return
    yield Critical(str(configured(single)["code"]), {"rows": delivery.rows_landed, "broken": broken, "observed": observed(told)})


def observed(told: Mapping[str, Any]) -> str | int:
    """A table-level figure: rows or days. Column names and anything else stay out."""
    value = told.get("observed_value")
    return int(value) if isinstance(value, int | float) and value == value else "none"


def failing_rows(single: ExpectationValidationResult) -> pd.DataFrame:
    """The failing rows of one expectation; grouped by Great Expectations, because values are excluded."""
    groups = (single.result or {}).get("unexpected_index_list") or []
    rows = [row for group in groups for row in group["row_no"]]
    meta = configured(single)
    return pd.DataFrame({"row_no": rows, "column": meta["column"], "code": meta["code"], "becomes": meta["becomes"]})
