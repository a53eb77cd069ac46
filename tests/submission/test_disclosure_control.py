"""What leaves of a table: an independent attacker bounds no hidden cell closer than the rule, now or later, and nothing is hidden for nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from submission.disclosure import kept
from submission.disclosure.audiences import audience
from submission.disclosure.ledger import Ledger, Release
from submission.disclosure.refused import ReleaseRefused
from submission.disclosure.released import Why, exposed, released
from submission.disclosure.tables import Dimension, Table
from tests.submission.attacker import Attacker, two_way
from vocabulary.settings import Settings

COUNTY, MONTH = "990101", "2026-10"
SEXES = ("both", "1", "2")
few = settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))


def towns(count):
    return tuple(f"{COUNTY}{number:03d}" for number in range(1, count + 1))


def by_sex(boys_and_girls, period=MONTH):
    """A county's table from (boys, girls) of each township."""
    areas = Dimension.areas(COUNTY, towns(len(boys_and_girls)))
    counts = {
        (town, sex): pair[place] for town, pair in zip(areas.nodes[1:], boys_and_girls, strict=True) for place, sex in enumerate("12")
    }
    counts |= {(COUNTY, sex): sum(counts[town, sex] for town in areas.nodes[1:]) for sex in "12"}
    counts |= {(area, "both"): counts[area, "1"] + counts[area, "2"] for area in areas.nodes}
    return Table("births", (areas, Dimension("sex", SEXES, (("both", ("1", "2")),), "both")), counts, {"period": period})


tables = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), min_size=3, max_size=6).map(by_sex)


def attacker_of(told, knows=None):
    found = Attacker()
    found.reads(told.frame())
    list(two_way(found, told.table.dimensions[0].nodes, SEXES))
    for sex in SEXES if knows else ():
        found.knows((knows, sex), told.table.counts[knows, sex])
    return found


def is_wide(table, place, bounds, largest):
    """The rule: 1 to the largest hidden count, or as wide a range where sums of births that are there leave no room below."""
    low, high = bounds
    holds_range = low <= 1 + 1e-6 and high >= largest - 1e-6
    return (holds_range and table.counts[place] <= largest) or high - low >= largest - 1e-6


@few
@given(tables, st.sampled_from(["other_units", "public"]))
def test_no_hidden_cell_can_be_bounded_closer_than_the_rule(table, to):
    told = released(table, to, Ledger())
    largest = audience(to).largest_hidden
    assert {place for place, count in table.counts.items() if 0 < count <= largest} <= set(told.hidden)
    outsider = attacker_of(told)
    assert [place for place in told.hidden if not is_wide(table, place, outsider.range((1, place)), largest)] == []


@few
@given(tables)
def test_a_township_that_knows_its_own_row_learns_of_no_other(table):
    told = released(table, "other_units", Ledger())
    county, *units = table.dimensions[0].nodes
    for unit in units:
        insider = attacker_of(told, knows=unit)
        # What it alone gives to the county's total, the others being shown as 0, it knows without us.
        small = [place for place in told.hidden if place[0] != unit and 0 < table.counts[place] <= 4]
        small = [place for place in small if place[0] != county or table.counts[place] != table.counts[unit, place[1]]]
        assert [place for place in small if not is_wide(table, place, insider.range((1, place)), 4)] == []


def is_kept(table, place, bounds, unit):
    """The rule as hedui keeps it, closer than it must: a small count may be as small as its parts that are not zero allow, and as large as 4 or 4 more than that;
    a large one may be 4 more than it is."""
    inside = [
        (area, sex) for area in table.dimensions[0].nodes[1:] for sex in "12" if place[0] in (COUNTY, area) and place[1] in ("both", sex)
    ]
    least = sum(table.counts[cell] if cell[0] == unit else min(table.counts[cell], 1) for cell in inside)
    low, high = bounds
    if table.counts[place] > 4:
        return high >= table.counts[place] + 4 - 1e-6
    return low <= least + 1e-6 and high >= (4 if least <= 1 else least + 4) - 1e-6


@settings(few, max_examples=5)
@given(tables)
def test_no_further_cell_is_hidden_without_need(table):
    told = released(table, "other_units", Ledger())
    units = table.dimensions[0].nodes[1:]
    for extra in [place for place, why in told.hidden.items() if why == Why.COMPLEMENT]:
        narrow = []
        for unit in (None, *units):
            reader = attacker_of(told, knows=unit)
            reader.knows(extra, table.counts[extra])
            asked = [
                place for place in told.hidden if place != extra and (unit is None or (place[0] != unit and 0 < table.counts[place] <= 4))
            ]
            narrow += [place for place in asked if not is_kept(table, place, reader.range((1, place)), unit)]
        assert narrow, extra


@pytest.mark.parametrize("to", ["other_units", "public"])
def test_a_table_without_small_cells_leaves_whole(to):
    table = by_sex([(31, 28), (17, 22), (40, 41), (10, 12)])
    assert released(table, to, Ledger()).hidden == {}


@pytest.mark.parametrize(("to", "largest"), [("other_units", 4), ("public", 9)])
def test_the_largest_count_that_is_hidden_is_the_rules_own_number(to, largest):
    small, next_to_it = by_sex([(largest, 40), (31, 28), (40, 41)]), by_sex([(largest + 1, 40), (31, 28), (40, 41)])
    assert released(small, to, Ledger()).hidden[towns(3)[0], "1"] == Why.SMALL
    assert released(next_to_it, to, Ledger()).hidden == {}


def test_a_gate_sees_what_somebody_else_left_open():
    table = by_sex([(3, 20), (18, 22), (25, 31), (16, 19)])
    told = released(table, "other_units", Ledger())
    assert exposed(table, "other_units", told.hidden, Ledger()) == []
    town = towns(4)[0]
    assert exposed(table, "other_units", [], Ledger()) == [(town, "1")]
    assert (town, "1") in exposed(table, "other_units", [(town, "1"), (town, "2")], Ledger()), "the column's total tells it"


def test_a_zero_is_shown_unless_it_speaks_of_everybody():
    areas = Dimension.areas(COUNTY, towns(4))
    measures = Dimension("measure", ("births", "registered", "not_registered"), (("births", ("registered", "not_registered")),))
    registered, births = [30, 0, 0, 25], [38, 12, 0, 33]
    counts = {}
    for place, town in enumerate(areas.nodes[1:]):
        counts |= {(town, "births"): births[place], (town, "registered"): registered[place]}
    counts |= {(COUNTY, "births"): sum(births), (COUNTY, "registered"): sum(registered)}
    counts |= {(area, "not_registered"): counts[area, "births"] - counts[area, "registered"] for area in areas.nodes}
    told = released(Table("return", (areas, measures), counts, {"period": MONTH}), "other_units", Ledger())
    assert told.hidden[towns(4)[1], "registered"] == Why.ZERO, "twelve births, none of them registered"
    assert told.shown[towns(4)[2], "registered"] == 0, "no births, nobody of whom it is said"
    assert (towns(4)[1], "not_registered") in told.hidden or (towns(4)[1], "births") in told.hidden, "else the difference tells it"


YEAR_SO_FAR = st.lists(st.tuples(st.integers(8, 40), st.integers(8, 40)), min_size=3, max_size=5)
ONE_MONTH = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=5, max_size=5)


@few
@given(YEAR_SO_FAR, ONE_MONTH)
def test_a_year_to_date_less_the_one_before_tells_no_month(before, month):
    first, second = "2026-01/2026-09", "2026-01/2026-10"
    after = [(boys + more[0], girls + more[1]) for (boys, girls), more in zip(before, month, strict=False)]
    ledger, reader = Ledger(), Attacker()
    for period, births in ((first, before), (second, after)):
        told = released(by_sex(births, period), "public", ledger)
        ledger = ledger.with_release(told.release)
        reader.reads(told.frame(), where=(period,))
        places = list(two_way(reader, told.table.dimensions[0].nodes, SEXES, (period,)))
    told_month = by_sex(month[: len(before)])
    monthly = told_month.counts
    for place in places:
        if 0 < monthly[place] <= 9:
            reader.bounds[reader.cell(("month", *place))] = (0, None)
            reader.adds((second, *place), [(first, *place), ("month", *place)])
    small = [place for place in places if 0 < monthly[place] <= 9]
    assert [place for place in small if not is_wide(told_month, place, reader.range((1, ("month", *place))), 9)] == []


@few
@given(st.lists(st.tuples(st.integers(12, 40), st.integers(12, 40)), min_size=3, max_size=5), st.integers(0, 2), st.integers(1, 4))
def test_a_revision_does_not_tell_how_few_came_late(births, where, late):
    table = by_sex(births)
    revised = by_sex([(boys + late * (place == where), girls) for place, (boys, girls) in enumerate(births)])
    first = released(table, "other_units", Ledger())
    assert first.hidden == {}
    second = released(revised, "other_units", Ledger().with_release(first.release))
    changed = [place for place in table.counts if table.counts[place] != revised.counts[place]]
    assert changed
    reader = attacker_of(second)
    for place in changed:
        low, high = reader.range((1, place))
        assert high - low >= 3 - 1e-6, "the old count is known: a narrow new one tells the difference"


def test_what_an_earlier_release_hid_stays_hidden_in_a_later_one():
    table = by_sex([(3, 20), (18, 22), (25, 31), (16, 19)])
    first = released(table, "other_units", Ledger())
    later = released(table, "public", Ledger().with_release(first.release))
    assert set(first.hidden) <= set(later.hidden)
    again = released(table, "other_units", Ledger().with_release(first.release))
    assert again.hidden.keys() == first.hidden.keys()


def test_a_table_of_three_sides_is_safe_in_whole_numbers():
    random, months = np.random.default_rng(3), ("2026-08", "2026-09", "2026-10")
    areas, whole = Dimension.areas(COUNTY, towns(3)), "2026-08/2026-10"
    sex = Dimension("sex", SEXES, (("both", ("1", "2")),), "both")
    counts = {(town, part, month): int(random.poisson(7)) for town in towns(3) for part in "12" for month in months}
    counts |= {(COUNTY, part, month): sum(counts[town, part, month] for town in towns(3)) for part in "12" for month in months}
    counts |= {(area, "both", month): counts[area, "1", month] + counts[area, "2", month] for area in areas.nodes for month in months}
    counts |= {(area, part, whole): sum(counts[area, part, month] for month in months) for area in areas.nodes for part in SEXES}
    table = Table("births", (areas, sex, Dimension("period", (whole, *months), ((whole, months),))), counts)
    told = released(table, "public", Ledger())
    reader = Attacker()
    reader.reads(told.frame())
    for place, parts in table.equations():
        reader.adds(place, parts)
    assert told.hidden
    assert [place for place in told.hidden if not is_wide(table, place, reader.range((1, place)), 9)] == []


@pytest.mark.parametrize("sides", ["month", "sex"])
def test_a_table_of_villages_by_month_or_by_sex_cannot_be_made(sides):
    villages = Dimension("area", ("990101001001", "990101001002"))
    other = Dimension("period", (MONTH,)) if sides == "month" else Dimension("sex", ("1", "2"))
    counts = {(village, node): 20 for village in villages.nodes for node in other.nodes}
    with pytest.raises(ReleaseRefused) as refused:
        Table("villages", (villages, other), counts, {} if sides == "month" else {"period": "2026-01/2026-12"})
    assert refused.value.faults[0].code == "release.village_month"


def test_villages_of_a_month_are_refused_too_where_the_month_is_the_tables_title():
    with pytest.raises(ReleaseRefused):
        Table("villages", (Dimension("area", ("990101001001",)),), {("990101001001",): 20}, {"period": MONTH})


def test_a_table_whose_sums_do_not_hold_does_not_leave():
    table = by_sex([(10, 11), (12, 13)])
    with pytest.raises(ReleaseRefused) as refused:
        Table(table.name, table.dimensions, {**table.counts, (COUNTY, "both"): 47}, table.places)
    assert refused.value.faults[0].code == "release.sums"


def test_a_unit_sees_its_own_rows_whole_and_no_others():
    table = by_sex([(3, 2), (18, 22), (25, 31)])
    own = released(table, "own_unit", Ledger(), unit=towns(3)[0])
    assert own.shown == {(towns(3)[0], "both"): 5, (towns(3)[0], "1"): 3, (towns(3)[0], "2"): 2}
    for unit in (None, "990102"):
        with pytest.raises(ReleaseRefused):
            released(table, "own_unit", Ledger(), unit=unit)


def test_the_ledger_outlasts_the_process(tmp_path):
    told_home = Settings.from_environment({"HEDUI_HOME": str(tmp_path)})
    table = by_sex([(3, 20), (18, 22), (25, 31), (16, 19)])
    first = kept.release(table, "other_units", told_home)
    kept.release(table, "other_units", told_home)
    assert kept.ledger(told_home).releases == (first.release,)
    assert Release.from_record("births", "other_units", first.release.as_record()) == first.release
    kept.release(table, "own_unit", told_home, unit=COUNTY)
    assert len(kept.ledger(told_home).releases) == 1, "what a unit sees of its own tells others nothing"
