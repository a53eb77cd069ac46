"""Every figure of `capture_recapture.json` (R, Rcapture, CARE-1 and publications), to the digits in which it is printed."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from submission.coverage.chapman import TwoLists
from submission.coverage.histories import Cells
from submission.coverage.intervals import log_interval, normal_quantile
from submission.coverage.linkage_error import ding_fienberg
from submission.coverage.loglinear import fitted_all
from submission.coverage.profile import profile_interval
from submission.coverage.sample_coverage import sample_coverage

FIGURES = json.loads(Path(__file__).with_name("capture_recapture.json").read_text(encoding="utf-8"), parse_float=Decimal)
TABLES = FIGURES["loglinear_three_list"] | FIGURES["four_list"]
NAMES = {"N": "number", "se": "se", "deviance": "deviance", "df": "df", "AIC": "aic", "BIC": "bic"}
ROOT_OF_R = 5e-4  # Rcapture finds the ends of its profile intervals to a quarter of the machine's digits


def agrees(value, printed) -> bool:
    """Within half a unit of the last digit that is printed."""
    return abs(value - float(printed)) <= 0.5001 * 10.0 ** Decimal(printed).as_tuple().exponent


def cells(name: str) -> Cells:
    return Cells.of({history: float(count) for history, count in TABLES[name]["cells"].items()})


@pytest.fixture(scope="module")
def fits():
    return {name: {one.model.name: one for one in fitted_all(cells(name))} for name in TABLES}


@pytest.mark.parametrize(("table", "model"), [(table, model) for table, told in TABLES.items() for model in told["models"]])
def test_a_log_linear_model(fits, table, model):
    printed = TABLES[table]["models"][model]
    fit = fits[table][model]
    wrong = {name: getattr(fit, NAMES[name]) for name in printed if name in NAMES and not agrees(getattr(fit, NAMES[name]), printed[name])}
    assert wrong == {}


@pytest.mark.parametrize("model", ["Mt", "[12]"])
def test_a_profile_interval(fits, model):
    printed = FIGURES["four_list"]["HIV_Rome"]["models"][model]["profileCI"]
    assert profile_interval(cells("HIV_Rome"), fits["HIV_Rome"][model]) == pytest.approx([float(end) for end in printed], abs=ROOT_OF_R)


@pytest.mark.parametrize("row", FIGURES["two_list_chapman"], ids=lambda row: row["name"])
def test_two_lists(row):
    two = TwoLists(row["n1"], row["n2"], row["m"])
    assert agrees(two.chapman, row["chapman"])
    assert agrees(two.se, row["se"])
    assert "petersen" not in row or agrees(two.petersen, row["petersen"])
    assert "ci_log" not in row or all(agrees(end, printed) for end, printed in zip(two.interval, row["ci_log"], strict=True))


def test_deaths_of_jinan_as_published():
    row = FIGURES["two_list_chapman"][-1]
    two = TwoLists(row["n1"], row["n2"], row["m"])
    wald = [two.chapman + side * normal_quantile() * two.se for side in (-1, 1)]
    assert all(agrees(end, printed) for end, printed in zip(wald, row["ci_wald"], strict=True))
    assert f"{two.chapman:.0f} ({wald[0]:.0f}-{wald[1]:.0f}), under-registration {1 - two.second / two.chapman:.2%}" == row["published"]


@pytest.mark.parametrize("table", FIGURES["sample_coverage_CARE1"])
def test_sample_coverage(table):
    printed = FIGURES["sample_coverage_CARE1"][table]
    told = sample_coverage(cells(table))
    found = {"M": cells(table).union, "D": told.shared, "C": told.coverage}
    found |= {"N0_indep": told.independent, "N_HSC": told.dependent, "N1_LSC": told.one_step}
    assert {name: value for name, value in found.items() if not agrees(value, printed[name])} == {}


@pytest.mark.parametrize("row", FIGURES["linkage_error"], ids=lambda row: f"alpha {row['alpha']} beta {row['beta']}")
def test_linkage_error(row):
    alpha, beta, p2 = (float(row[name]) for name in ("alpha", "beta", "p2"))
    shared = row["n1"] * (alpha * p2 + beta * (1 - p2))
    assert agrees(shared, row["m_obs"])
    assert agrees(TwoLists(row["n1"], row["n2"], shared).petersen, row["naive"])
    assert agrees(ding_fienberg(row["n1"], row["n2"], shared, alpha, beta), row["ding_fienberg"])


def test_spina_bifida_by_ethnicity():
    """Madigan and York 1997: one table more of domain.md 3.2, which the file does not hold."""
    told = {
        one.model.name: one.number
        for one in fitted_all(
            Cells.of(dict(zip(("111", "110", "101", "100", "011", "010", "001"), (12, 142, 111, 244, 4, 48, 60), strict=True)))
        )
    }
    assert (round(told["[23,1]"], 2), round(told["[12,23]"], 2)) == (724.12, 752.89)


def test_a_log_interval_of_nothing_missing_is_what_was_seen():
    assert log_interval(120.0, 9.0, 120.0) == (120.0, 120.0)
