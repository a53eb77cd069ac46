"""Front door: a model from records, without labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from matching.blocking import BlockingRule
from matching.chance import stranger_shares
from matching.comparisons import BIRTH_COMPARISONS, Comparison
from matching.encoding import encode
from matching.estimation import estimate, patterns_of
from matching.kinds import kinds_of
from matching.model import Model
from matching.pairs import Pairs, candidates
from matching.rules import BIRTH_RULES


def train(
    records: pd.DataFrame, comparisons: Sequence[Comparison] = BIRTH_COMPARISONS, rules: Sequence[BlockingRule] = BIRTH_RULES
) -> Model:
    """Strangers' shares from random pairs, match shares and rates by EM on the patterns of candidate pairs. Records as for `link`."""
    coded = encode(records)
    return trained(coded, candidates(coded, comparisons, rules), comparisons)


def trained(coded: pd.DataFrame, pairs: Pairs, comparisons: Sequence[Comparison]) -> Model:
    """The model of coded records and their candidate pairs."""
    kinds, model = kinds_of(coded), Model.prior(comparisons)
    model = replace(model, stranger=stranger_shares(model, coded, kinds))
    return estimate(model, kinds, patterns_of(pairs, kinds, comparisons))
