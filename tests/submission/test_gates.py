"""The gates: a month with nothing wrong passes, each thing that is wrong is told by the gate that is there for it, all at once, in words."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from submission.coverage.linkage_error import Band
from submission.gates import objection
from submission.gates.limits import limits
from submission.gates.objection import Objection, Severity
from submission.gates.objections import judged, objections
from submission.monthly.form import counts
from submission.monthly.revisions import revisions
from tests.submission import month_fixture as month
from vocabulary.areas import Areas
from vocabulary.wording import FORBIDDEN

FOLDER = Path(objection.__file__).parent
EVIDENCE = month.evidence()
BIRTHS = EVIDENCE.births
THIS = BIRTHS["born_in"].eq(str(month.MONTH))
LARGEST = BIRTHS.loc[THIS, "township_code"].value_counts().index[0]


def found(evidence) -> dict[str, Severity]:
    return {f"{one.gate} {one.code}": one.severity for one in objections(evidence)}


@pytest.mark.parametrize("seed", range(1, 7))
def test_a_clean_month_has_no_objection(seed):
    assert objections(month.evidence(month.births(seed))) == []


def test_a_clean_month_of_a_small_county_and_of_a_large_one_has_none_either():
    assert objections(month.evidence(month.births(3, a_month=25, townships=8))) == []
    assert objections(month.evidence(month.births(4, a_month=6000, townships=200))) == []


@given(row=st.integers(0, 10), column=st.sampled_from(counts()), off=st.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_no_figure_of_the_table_can_be_changed_alone(row, column, off):
    lines = EVIDENCE.lines.copy()
    lines.loc[row, column] += off
    told = objections(replace(EVIDENCE, lines=lines, sheet=lines.drop(columns=["level", "code", "name"])))
    blocked = {one.gate for one in told if one.severity is Severity.BLOCK}
    # What the table does not derive from anything else is held by the digest of the draft.
    assert blocked == {"G11"} or column in ("repeated", "elsewhere", "registered_elsewhere", "confirmed_unregistered", "past_due", "timely")


def changed_births(**columns):
    return replace(month.evidence(BIRTHS.assign(**columns)), unit_month=EVIDENCE.unit_month)


def registry(**told):
    delivery = EVIDENCE.delivery.copy()
    for column, value in told.items():
        delivery.loc[1, column] = value
    return replace(EVIDENCE, delivery=delivery)


def units(column, value, share=1.0):
    rows = EVIDENCE.unit_month.copy()
    chosen = rows["born_in"].eq(str(month.MONTH)) & rows["unit_code"].eq(LARGEST)
    rows.loc[chosen, column] = value if value == 0 else (rows.loc[chosen, "records"] * share).astype(int)
    return replace(EVIDENCE, unit_month=rows)


def items(**told):
    return replace(EVIDENCE, item_month=EVIDENCE.item_month.assign(**told))


def sample(same_linked, same_apart):
    pairs = ((0, 1), (0, 2), (1, 2))
    return tuple(Band(pair, linked, 1000, 100, same) for pair in pairs for linked, same in ((True, same_linked), (False, same_apart)))


def without_units(count):
    gone = BIRTHS["township_code"].value_counts().index[:count]
    rows = EVIDENCE.unit_month
    return replace(EVIDENCE, unit_month=rows[~(rows["unit_code"].isin(gone) & rows["born_in"].eq(str(month.MONTH)))])


def sealed_month_without(share):
    told = month.MONTHS[1]
    rows = BIRTHS["born_in"].eq(told) & (np.arange(len(BIRTHS)) % round(1 / share) == 0)
    return revisions(BIRTHS, BIRTHS[~rows], [told], Areas(), month.SERVED)


BLOCK, WARNING = Severity.BLOCK, Severity.WARNING
DEFECTS = {
    "G1 registry_absent": (BLOCK, registry(status="absent")),
    "G1 registry_stale": (BLOCK, registry(status="last_good", complete=False)),
    "G1 registry_incomplete": (BLOCK, registry(complete=False)),
    "G1 registry_short": (BLOCK, registry(period_to=pd.Timestamp("2026-08-14"))),
    "G1 units_silent": (BLOCK, without_units(4)),
    "G1 unit_silent": (WARNING, without_units(1)),
    "G1 month_not_over": (BLOCK, replace(EVIDENCE, as_of=month.MONTH.first_on)),
    "G2 rows_differ": (BLOCK, replace(EVIDENCE, record_counts={**EVIDENCE.record_counts, "hukou": 3999})),
    "G3 keys_repeated": (WARNING, replace(EVIDENCE, landing={"hukou": {"rows_tonight": 4000, "identical_copies": 0, "keys_repeated": 21}})),
    "G3 keys_repeated_block": (BLOCK, replace(EVIDENCE, landing={"hukou": {"rows_tonight": 4000, "identical_copies": 81, "keys_repeated": 0}})),
    "G3 births_repeated": (WARNING, items(repeated=70)),
    "G3 births_repeated_block": (BLOCK, items(repeated=200)),
    "G4 items_missing": (WARNING, items(no_sex=20)),
    "G5 numbers_wrong": (WARNING, items(numbers_wrong=60)),
    "G6 ages_odd": (WARNING, items(ages_odd=25)),
    "G7 count_of_unit": (WARNING, changed_births(township_code=np.where(THIS & (np.arange(len(BIRTHS)) % 5 == 0), LARGEST, BIRTHS["township_code"]))),
    "G8 sexes_of_unit": (WARNING, changed_births(child_sex=np.where(THIS & BIRTHS["township_code"].eq(LARGEST), "1", BIRTHS["child_sex"]))),
    "G8 sexes_of_area": (WARNING, changed_births(child_sex=np.where(THIS, "1", BIRTHS["child_sex"]))),
    "G9 linkage_errs": (BLOCK, replace(EVIDENCE, sample=sample(97, 0))),
    "G9 pairs_waiting": (WARNING, replace(EVIDENCE, open_pair=EVIDENCE.open_pair.assign(waiting=60))),
    "G11 birth_unknown": (BLOCK, replace(EVIDENCE, unknown_births=1)),
    "G14 version_without_reason": (BLOCK, replace(EVIDENCE, version=2)),
    "G14 births_vanished": (BLOCK, replace(EVIDENCE, changes=sealed_month_without(0.1))),
    "G14 restated": (WARNING, replace(EVIDENCE, changes=sealed_month_without(0.1), reason="two batches were one")),
    "dates round_days": (WARNING, units("round_days", 1, 0.5)),
    "copies copied": (WARNING, units("copied", 1, 0.5)),
    "copies hardly_late": (WARNING, units("late", 0)),
    "custody snapshot_changed": (BLOCK, replace(EVIDENCE, changed=(("snapshot", "linked/pair.parquet"),))),
}  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_is_told_by_its_gate(defect):
    severity, evidence = DEFECTS[defect]
    assert found(evidence)[defect] is severity


def test_a_good_sample_of_links_lets_the_month_through():
    assert objections(replace(EVIDENCE, sample=sample(100, 1))) == []


def test_every_reason_is_told_at_once():
    told = found(replace(registry(status="absent"), version=2, unknown_births=3))
    assert {"G1 registry_absent", "G14 version_without_reason", "G11 birth_unknown"} <= set(told)


def test_what_no_gate_could_judge_is_on_record_and_no_objection():
    notes = [one for one in judged(EVIDENCE) if one.severity is Severity.NOTE]
    assert {one.code for one in notes} == {"linkage_not_judged", "lower_bound_only"}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_objection_says_who_mends_it(locale):
    told = [one for _, evidence in DEFECTS.values() for one in judged(evidence)]
    who = {"zh": "：|无需处理", "en": ": |Nothing to do"}[locale]
    for one in told:
        assert re.search(who, objection.wordings()[one.code][f"mends_{locale}"]), one.code
        assert "{" not in one.text(locale)


def test_no_objection_blames_anybody():
    texts = (FOLDER / "objections.toml").read_text(encoding="utf-8")
    assert len(objection.wordings()) > 40
    assert [word for word in FORBIDDEN if word in texts] == []


def test_every_threshold_has_its_unit_and_reason():
    told = tomllib.loads((FOLDER / "gates.toml").read_text(encoding="utf-8"))
    assert told == limits()
    assert all(set(one) == {"gate", "value", "unit", "reason"} and len(str(one["reason"])) > 15 for one in told.values())
    used = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    assert [name for name in told if f'"{name}"' not in used] == []


def test_an_objection_names_places_as_people_do():
    areas = Areas.load(None)
    told = Objection("G1", "registry_absent", Severity.BLOCK, "hukou")
    assert told.text("zh", areas).startswith("户籍登记没有可用的数据")
    assert "Its administrator" in told.text("en", areas)
