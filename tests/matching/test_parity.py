"""rights.md R10: who bears an error, and when it is unequal."""

import numpy as np
import pandas as pd
import pytest

from matching.intervals import Rate
from matching.parity import (
    GROUPS,
    JUDGED,
    Compared,
    Verdict,
    error_parity,
    errors_by_child,
    group_counts,
    held,
    judged,
    undecided,
)

REGISTRIES = {"r": "hukou", "h": "hospital", "f": "family_planning"}


def record(**births: str) -> pd.DataFrame:
    """`t1="r1 h1"`: the records of each birth."""
    rows = [(REGISTRIES[name[0]], name, birth) for birth, names in births.items() for name in names.split()]
    return pd.DataFrame(rows, columns=["registry", "record_id", "birth"])


def children(truth: dict[str, str], links: dict[str, str], pair: pd.DataFrame | None = None) -> pd.DataFrame:
    true, linked = record(**truth), record(**links)
    return errors_by_child(linked.rename(columns={"birth": "birth_id"}), true.rename(columns={"birth": "true_birth_id"}), pair)


TRUTH = {"t1": "r1 h1 f1", "t2": "r2 h2", "t3": "r3 h3", "t4": "r4 h4", "t5": "h5", "t6": "f6 f7"}
LINKS = {"a": "r1 h1 f1", "b": "r2", "c": "h2", "d": "r3 h4", "e": "r4 h3", "f": "h5", "g": "f6", "h": "f7"}


@pytest.mark.parametrize(
    ("birth", "due", "missed", "false"),
    [
        ("t1", True, False, False),  # all linked
        ("t2", True, True, False),  # parted
        ("t3", True, True, True),  # taken for t4
        ("t4", True, True, True),
        ("t5", False, False, False),  # one registry only: nothing to miss
        ("t6", False, False, False),  # twice in one registry: a duplicate, counted elsewhere
    ],
)
def test_which_children_bear_an_error(birth, due, missed, false):
    assert children(TRUTH, LINKS).loc[birth, ["due", "missed", "false"]].tolist() == [due, missed, false]


def test_children_taken_for_each_other_are_one_mishap():
    told = children(TRUTH, LINKS)["mishap"]
    assert told["t3"] == told["t4"]
    assert told.nunique() == 5


def test_a_record_that_the_truth_does_not_know_is_nobodys_error():
    assert not children({"t1": "r1 h1"}, {"a": "r1 h1 f9"}).loc["t1", ["missed", "false"]].any()


def test_a_missed_link_that_a_person_will_look_at_is_told_apart():
    pair = pd.DataFrame([("hospital", "h2", "hukou", "r2", "review"), ("hospital", "h4", "hukou", "r4", "apart")],
                        columns=["registry_left", "record_id_left", "registry_right", "record_id_right", "decision"])  # fmt: skip
    told = children(TRUTH, LINKS, pair)
    assert told.index[told["in_review"]].tolist() == ["t2"]


def birth(**columns) -> pd.DataFrame:
    told = {"name_kind": "han3", "sex": "1", "is_migrant": False, "is_twin": False} | columns
    return pd.DataFrame({"true_birth_id": list(TRUTH), **told})


def test_every_group_has_a_row_for_each_error_even_when_nobody_is_in_it():
    counts = group_counts(children(TRUTH, LINKS), birth(sex=["1", "2", "1", "2", "1", "9"]))
    assert set(map(tuple, counts[["attribute", "group"]].to_numpy())) == {
        *((name, group) for name, groups in GROUPS.items() for group in groups),
        ("sex", "9"),
    }
    han3 = counts[counts["group"].eq("han3")].set_index("error")
    assert han3.loc["missed", ["children", "errors", "mishaps"]].tolist() == [4, 3, 2]
    assert han3.loc["false", ["children", "errors", "mishaps"]].tolist() == [6, 2, 1]
    assert counts[counts["group"].eq("rare")]["children"].eq(0).all()


def test_the_table_never_passes_a_group_in_silence():
    true, linked = record(**TRUTH).rename(columns={"birth": "true_birth_id"}), record(**TRUTH).rename(columns={"birth": "birth_id"})
    told = error_parity(linked, true, birth())
    assert told["errors"].eq(0).all()
    assert set(told.loc[told["attribute"].isin(JUDGED), "verdict"]) == {Verdict.UNCLEAR}, "six children tell nothing"
    assert set(told.loc[told["attribute"].eq("is_twin"), "verdict"]) == {Verdict.INFORMATION}
    assert held(told).empty
    assert len(undecided(told)) == 20
    assert told[["rate_low", "ratio_low"]].ge(0).all().all()
    assert np.isfinite(told["ratio_high"]).all()


def test_a_truth_without_the_groups_makes_an_empty_table():
    assert judged(group_counts(children(TRUTH, LINKS), pd.DataFrame({"true_birth_id": list(TRUTH)}))).empty


@pytest.mark.parametrize(
    ("group", "others", "verdict"),
    [
        ((0, 10), (5, 5000), Verdict.UNCLEAR),  # no error among ten: no pass
        ((0, 2000), (5, 5000), Verdict.EVEN),
        ((0, 0), (5, 5000), Verdict.UNCLEAR),
        ((5, 5000), (0, 0), Verdict.UNCLEAR),
        ((2, 100), (5, 5000), Verdict.UNCLEAR),  # twenty times the rate, but two mishaps
        ((3, 100), (5, 5000), Verdict.HELD),
        ((12, 10_000), (2, 10_000), Verdict.EVEN),  # six times the rate, one child in a thousand: nobody would notice
        ((60, 10_000), (20, 10_000), Verdict.HELD),  # three times the rate, four in a thousand
        ((60, 10_000), (55, 10_000), Verdict.UNCLEAR),  # half a child in a thousand, or two and a half: not told by so few
        ((600, 100_000), (550, 100_000), Verdict.EVEN),
        ((5, 5000), (60, 1000), Verdict.EVEN),  # better than the others
        ((7000, 10_000), (6000, 10_000), Verdict.HELD),  # 1.17 times the errors, three quarters of the successes
        ((0, 5000), (0, 5000), Verdict.EVEN),
    ],
)
def test_when_a_group_holds_a_model_back(group, others, verdict):
    assert Compared(Rate(*group), Rate(*others)).verdict() == verdict


def test_more_counties_tell_what_one_cannot_as_foretold():
    counts = pd.DataFrame(
        [("sex", "1", "missed", 1000, 4, 0, 8), ("sex", "2", "missed", 1000, 4, 0, 8)],
        columns=["attribute", "group", "error", "children", "errors", "in_review", "mishaps"],
    )
    one = judged(counts)
    assert one["verdict"].eq(Verdict.UNCLEAR).all()
    times = int(one["enough"].max())
    assert 2 <= times <= 50
    pooled = judged(pd.concat([counts] * times))
    assert pooled["children"].tolist() == [1000 * times] * 2
    assert pooled["verdict"].eq(Verdict.EVEN).all()


def test_a_heap_of_children_is_no_single_mishap():
    names = [f"t{place}" for place in range(40)]
    truth = {name: f"r{name} h{name}" for name in names}
    links = {"heap": " ".join(f"r{name}" for name in names), **{name: f"h{name}" for name in names}}
    told = group_counts(children(truth, links), pd.DataFrame({"true_birth_id": names, "sex": "1"}))
    assert set(told["mishaps"]) == {20}
    assert told.loc[told["group"].eq("1"), "errors"].tolist() == [40, 40]


def test_twins_taken_for_each_other_weigh_as_one_mishap():
    columns = ["attribute", "group", "error", "children", "errors", "in_review", "mishaps"]
    rows = [("sex", "1", "false", 2500, 2), ("sex", "2", "false", 2500, 14)]
    each, paired = (judged(pd.DataFrame([(*row, 0, mishaps) for row in rows], columns=columns)) for mishaps in (16, 8))
    assert each["verdict"].tolist() == [Verdict.EVEN, Verdict.HELD]
    assert paired["verdict"].tolist() == [Verdict.EVEN, Verdict.UNCLEAR]
    assert each["rate"].tolist() == paired["rate"].tolist()


@pytest.mark.parametrize("rate", [0.0005, 0.003, 0.02])
def test_equal_error_is_hardly_ever_called_unequal(rate):
    random = np.random.default_rng(7)
    sizes = np.array([124, 1192, 31, 36, 10, 2345])
    alarms = 0
    for _ in range(60):
        errors = random.binomial(sizes, rate)
        rest = (errors.sum() - errors, sizes.sum() - sizes)
        alarms += any(Compared(Rate(*row[:2]), Rate(*row[2:])).verdict() == Verdict.HELD for row in zip(errors, sizes, *rest, strict=True))
    assert alarms <= 6
