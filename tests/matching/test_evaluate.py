"""Precision and recall of pairs, by hand."""

import pandas as pd

from matching.evaluate import evaluate

TRUTH = pd.DataFrame(
    [
        ("hukou", "r1", "t1"),
        ("hospital", "h1", "t1"),
        ("family_planning", "f1", "t1"),
        ("family_planning", "f2", "t1"),
        ("hukou", "r2", "t2"),
        ("hospital", "h2", "t2"),
    ],
    columns=["registry", "record_id", "true_birth_id"],
)


def linked(**births: str) -> pd.DataFrame:
    rows = [
        ({"r": "hukou", "h": "hospital", "f": "family_planning"}[name[0]], name, label)
        for label, names in births.items()
        for name in names.split()
    ]
    return pd.DataFrame(rows, columns=["registry", "record_id", "birth_id"])


def test_the_truth_itself_is_perfect():
    quality = evaluate(linked(a="r1 h1 f1 f2", b="r2 h2"), TRUTH, "true_birth_id")
    assert (quality.precision, quality.recall, quality.f1) == (1.0, 1.0, 1.0)
    assert (quality.in_all.true, quality.across.true) == (7, 6)


def test_missed_and_false_links_are_counted_by_pair_of_registries():
    quality = evaluate(linked(a="r1 h1 f1", b="f2 h2", c="r2"), TRUTH, "true_birth_id")
    assert (quality.across.right, quality.across.linked, quality.across.true) == (3, 4, 6)
    assert quality.by_kind["hospital", "hukou"].recall == 0.5
    assert quality.by_kind["family_planning", "hospital"].precision == 0.5
    assert quality.by_kind["family_planning", "family_planning"].recall == 0.0


def test_records_that_were_not_linked_count_as_alone():
    assert evaluate(linked(a="r1 h1"), TRUTH, "true_birth_id").across.true == 6
    assert evaluate(linked(), TRUTH, "true_birth_id").f1 == 0.0
