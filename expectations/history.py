"""The last good night of a registry, or of a county's part of one, read back from that run's own snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from expectations.acceptance import FRESH, LAST_GOOD, Earlier
from sql import state
from vocabulary.areas import COUNTY_DIGITS
from vocabulary.parquet_files import read_table
from vocabulary.parts import Part
from vocabulary.runs import Run, unharmed
from vocabulary.settings import Settings


class EarlierNights(Mapping[str, Earlier]):
    """The last good night of each part that has one, by its key; its rows are read when they are asked for."""

    def __init__(self, settings: Settings, run: Run) -> None:
        self._runs = settings.home / "runs"
        self._counties = settings.counties
        self._found: dict[str, tuple[Part, str, dict[str, Any]]] = {}
        self._tables: dict[Path, tuple[pa.Table, pa.ChunkedArray]] = {}
        self.origins: dict[str, dict[str, str]] = {}
        checked: set[str] = set()
        for part in settings.parts:
            known, whose = self.last_good(settings, run, part)
            if known is None:
                continue
            run_id = str(known["run_id"])
            self.origins[part.key] = {"run_id": run_id, "of": whose.key}
            if run_id not in checked:  # once a night, not once a county
                unharmed(self._runs / run_id / "accepted")
                checked.add(run_id)
            told = state_of(self._runs / run_id / "accepted" / "registry.parquet", whose)
            if told is not None and told["status"] in (FRESH, LAST_GOOD):
                self._found[part.key] = (part, run_id, told)

    def last_good(self, settings: Settings, run: Run, part: Part) -> tuple[dict[str, Any] | None, Part]:
        """The delivery, and under which part it was accepted: the county that was here first delivered the whole registry then."""
        known = state.last_good_delivery(settings, part, run.run_id)
        if known is None and part.keeps_numbers:
            whole = Part(part.registry)
            return state.last_good_delivery(settings, whole, run.run_id), whole
        return known, part

    def rows_of(self, path: Path, part: Part) -> pd.DataFrame:
        """The rows of one registry, or of one part of it, as they were written. Each snapshot is read once."""
        if path not in self._tables:
            self._tables[path] = parted(path)
        table, by_part = self._tables[path]
        rows: pd.DataFrame = table.filter(pc.equal(by_part, f"{part.registry}|{part.prefix}")).to_pandas()
        return rows

    def __getitem__(self, key: str) -> Earlier:
        part, run_id, told = self._found[key]
        folder = self._runs / run_id / "accepted"
        records = self.rows_of(folder / "record.parquet", part)
        own = () if part.county else self._counties.own(part.registry)
        gone = records["area_code"].str[:COUNTY_DIGITS].isin(own)
        # A county that has its own part by now is no gap in the list that is shared.
        records = records[~gone] if own else records
        return Earlier(
            run_id=str(told["from_run_id"]),
            as_of=told["as_of"],
            rows_landed=int(told["rows_landed"]) - int(gone.sum()),
            rows_quarantined=int(told["rows_quarantined"]),
            period_from=told["period_from"],
            period_to=told["period_to"],
            records=records,
            notes=self.rows_of(folder / "note.parquet", part),
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def state_of(path: Path, part: Part) -> dict[str, Any] | None:
    """What that night says of a part; None where it says nothing.

    A night that had itself fallen back names the night it fell back to: only that one counts as the origin.
    """
    if not path.is_file():
        return None
    rows: list[dict[str, Any]] = read_table(path).to_pylist()
    return next((row for row in rows if row["registry"] == part.registry and (row.get("county") or "") == part.county), None)


def parted(path: Path) -> tuple[pa.Table, pa.ChunkedArray]:
    """A snapshot, and of each row `registry|prefix of its number`."""
    table = read_table(path)
    found = pc.extract_regex(table["record_id"], r"^(?P<prefix>\d{6}::)")
    prefix = pc.fill_null(pc.struct_field(found, "prefix"), "")
    return table, pc.binary_join_element_wise(table["registry"], prefix, "|").dictionary_encode()
