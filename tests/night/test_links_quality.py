"""What stewards decide becomes the sample by which links are measured; it says what is true, or that it cannot."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from hedui import links_quality as command
from sql import state
from submission.coverage.files import read_sample
from submission.links.quality import draw, links_quality, pairs_of
from vocabulary.errors import GateRefused
from vocabulary.findings import Decision
from vocabulary.runs import Run
from vocabulary.settings import Settings

PAIR = ["registry_left", "record_id_left", "registry_right", "record_id_right"]


@pytest.fixture
def judged(settled):
    """The county after a night, its pairs with the truth of each, and what decides them as the truth has it."""
    county, told = settled
    settings = Settings.from_environment(county.environment)
    truth = pd.read_parquet(county.folder / "truth" / "record.parquet").set_index(["registry", "record_id"])["true_birth_id"]
    pairs = pairs_of(Run.load(settings, told["run_id"])).astype(dict.fromkeys(PAIR, object))
    sides = (list(zip(pairs[f"registry_{side}"], pairs[f"record_id_{side}"], strict=True)) for side in ("left", "right"))
    left, right = (truth.reindex(pd.MultiIndex.from_tuples(side)).to_numpy() for side in sides)
    pairs["same"] = left == right

    def decide(chosen: pd.DataFrame) -> None:
        with state.answering(settings) as ledger:
            ledger.decide(
                {**{name: row[name] for name in PAIR}, "decision": str(Decision.LINK if row["same"] else Decision.APART), "reason": "档案", "task_no": None}
                for row in chosen.to_dict("records")
            )  # fmt: skip

    return settings, pairs, decide


def drawn(settings, pairs):
    """Pairs that were drawn, with their truth, whichever side stands first."""
    asked = {frozenset([pair[:2], pair[2:]]) for pair in state.drawn_pairs(settings).itertuples(index=False, name=None)}
    return pairs[[frozenset([row[:2], row[2:]]) in asked for row in pairs[PAIR].itertuples(index=False, name=None)]]


def test_without_a_judged_pair_nothing_is_said(judged, tmp_path):
    settings, *_ = judged
    told = links_quality(settings)
    assert told.strata
    assert [(one.precision, one.recall) for one in told.quality] == [(None, None)] * 3
    with pytest.raises(GateRefused, match=r"links\.unjudged"):
        command.run(None, 0, tmp_path / "sample.csv", as_json=True)


def test_the_intervals_hold_what_is_true_and_coverage_takes_the_sample(judged, tmp_path, capsys):
    settings, pairs, decide = judged
    assert draw(settings, 150) == 150
    assert draw(settings, 150) == 0, "the same night draws the same pairs, and each is asked about once"
    left_open = pairs[pairs["decision"].eq("review") & pairs["registry_left"].ne(pairs["registry_right"])]
    decide(pd.concat([drawn(settings, pairs), left_open]).drop_duplicates(PAIR))
    assert state.drawn_pairs(settings).empty
    told = links_quality(settings)
    assert not told.unjudged
    for one in told.quality:
        between = pairs[
            [{left, right} == set(one.registries) for left, right in pairs[["registry_left", "registry_right"]].itertuples(index=False)]
        ]
        links = between[between["decision"].eq("link") | (between["decision"].eq("review") & between["same"])]
        assert one.precision.interval[0] <= links["same"].mean() <= one.precision.interval[1]
        assert one.recall.interval[0] <= links["same"].sum() / between["same"].sum() <= one.recall.interval[1]
        assert one.precision.interval[1] - one.precision.interval[0] < 0.25
    assert command.run(None, 0, tmp_path / "sample.csv", as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["quality"][0]["precision"]["share"] > 0.9
    bands = read_sample(tmp_path / "sample.csv", 3)
    assert {(band.lists, band.linked) for band in bands} == {
        (lists, linked) for lists in ((0, 1), (0, 2), (1, 2)) for linked in (True, False)
    }
