"""What desks have said so far, as tonight's lists heed it: who is left in peace, who is protected, what goes elsewhere, what waits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from reconciliation.outcome_effects import OUTREACH
from sql import state
from vocabulary.areas import Areas, padded, served_in_part
from vocabulary.findings import ANSWERS, Effect, Kind
from vocabulary.parquet_files import read_frame
from vocabulary.runs import write_parquet
from vocabulary.settings import Settings

SENIOR_OFFICER = "senior_officer"
SHOWS_ADDRESS = ("area_code", "division_code")
STANDING = "standing.parquet"
PARTS = ("held_back", "second_check", "transfers", "in_peace", "protected")
COLUMNS = ["part", "finding_id", "division_code", "registry", "record_id"]


@dataclass(frozen=True)
class Standing:
    """`held_back`: findings that wait for no desk tonight. `transfers`: finding -> where the family lives. By record: who is bound."""

    held_back: Collection[str] = frozenset()
    second_check: Collection[str] = frozenset()
    transfers: Mapping[str, str] = field(default_factory=dict)
    in_peace: Collection[tuple[str, str]] = frozenset()
    protected: Collection[tuple[str, str]] = frozenset()

    @classmethod
    def read(cls, settings: Settings, as_of: date, areas: Areas | None = None) -> Standing:
        """From the state, as it stands for a night of this day; where families live, by the codes of that day."""
        answers = state.answers(settings)
        last = answers.drop_duplicates("finding_id", keep="last").set_index("finding_id")
        codes = answers.groupby("finding_id")["code"].agg(list)
        once_more = {str(finding_id) for finding_id, said in codes.items() if second_checks(said) == 1}
        answered = state.answered_findings(settings)
        back = once_more | {str(row.Index) for row in last.itertuples() if returns(row, as_of)}
        passed = answers[answers["division_code"].notna()].drop_duplicates("finding_id", keep="last")
        divisions = areas or Areas()
        places = [divisions.current(str(code), as_of) for code in passed["division_code"]]
        return cls(
            held_back=answered - back,
            second_check=frozenset(once_more),
            transfers=dict(zip(passed["finding_id"].astype(str), places, strict=True)),
            in_peace=frozenset(state.bound_records(settings, Effect.PEACE)),
            protected=frozenset(state.bound_records(settings, Effect.PROTECTS)),
        )

    @classmethod
    def of_run(cls, folder: Path) -> Standing:
        """As a night's `worklists/` says; as if nobody had answered, where it is of a time before this was kept."""
        path = folder / STANDING
        told = read_frame(path) if path.is_file() else pd.DataFrame(columns=COLUMNS)
        by = {part: told[told["part"] == part] for part in PARTS}
        bound = {part: frozenset(by[part][["registry", "record_id"]].itertuples(index=False, name=None)) for part in PARTS[3:]}
        return cls(
            held_back=frozenset(by["held_back"]["finding_id"]),
            second_check=frozenset(by["second_check"]["finding_id"]),
            transfers=dict(zip(by["transfers"]["finding_id"], by["transfers"]["division_code"], strict=True)),
            in_peace=bound["in_peace"],
            protected=bound["protected"],
        )

    def write(self, folder: Path) -> None:
        """Keep what the night's lists heeded: numbers of findings and records, for a replay. A snapshot, so that a key encrypts who is protected."""
        rows: list[tuple[str | None, ...]] = [
            (part, finding, None, None, None) for part in PARTS[:2] for finding in sorted(getattr(self, part))
        ]
        rows += [("transfers", finding, code, None, None) for finding, code in sorted(self.transfers.items())]
        rows += [(part, None, None, *record) for part in PARTS[3:] for record in sorted(getattr(self, part))]
        write_parquet(pd.DataFrame(rows, columns=COLUMNS).astype("string"), folder / STANDING)

    @property
    def marks(self) -> dict[str, str]:
        """Finding -> what its row says of an earlier answer, as a code of the actions in worklist_texts.toml."""
        return dict.fromkeys(self.transfers, "transferred") | dict.fromkeys(self.second_check, "second_check")

    def births(self, records: pd.DataFrame, bound: Collection[tuple[str, str]]) -> frozenset[str]:
        """Births (records with birth_id) that hold a bound record, whatever a later night made of them."""
        if not bound:
            return frozenset()
        keys = zip(records["registry"].astype(str), records["record_id"].astype(str), strict=True)
        return frozenset(records.loc[[key in bound for key in keys], "birth_id"].astype(str))

    def heeded(self, findings: pd.DataFrame, records: pd.DataFrame, served: tuple[str, ...]) -> pd.DataFrame:
        """The findings that may be listed tonight, those that were passed on in their new place. `served` are prefixes of codes."""
        in_peace, protected = self.births(records, self.in_peace), self.births(records, self.protected)
        mourned = findings["birth_id"].isin(in_peace) & findings["kind"].ne(Kind.POSSIBLE_MATCH)
        address = findings["birth_id"].isin(protected) & findings["field"].isin(SHOWS_ADDRESS)
        listed = findings[~findings["finding_id"].isin(self.held_back) & ~mourned & ~address]
        place = listed["finding_id"].map(self.transfers)
        moved = place.notna() & listed["kind"].isin(OUTREACH)
        if not moved.any():
            return listed
        listed = listed.astype({"division_code": object, "kind": object})
        listed.loc[moved, "division_code"] = place[moved].map(padded)
        here = place[moved].map(lambda code: served_in_part(str(code), served)).astype(bool)
        listed.loc[moved, "kind"] = here.map({True: Kind.NOT_REGISTERED.value, False: Kind.BELONGS_ELSEWHERE.value})
        return listed


def returns(answer: Any, as_of: date) -> bool:
    """Whether a finding is asked about again after its last answer (a row of `state.answers`): elsewhere, by somebody else, or later."""
    outcome = ANSWERS[answer.code]
    if outcome.effect == Effect.TRANSFERS:
        return bool(pd.notna(answer.division_code))
    if outcome.effect == Effect.PROTECTS:
        return not str(answer.desk).startswith(SENIOR_OFFICER)
    return outcome.effect == Effect.RETURNS and as_of >= answer.answered_on + timedelta(days=outcome.days)


def second_checks(codes: list[str]) -> int:
    """How many of the last answers, one after the other, ask for a second look."""
    count = 0
    for code in reversed(codes):
        if ANSWERS[code].effect != Effect.SECOND_CHECK:
            break
        count += 1
    return count
