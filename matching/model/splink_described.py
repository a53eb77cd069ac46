"""The model itself, without what it has learnt, inside the settings that it becomes: by it a model that went out comes back as itself.

It stands as text in `linker_uid`, which Splink keeps when it trains the model further and saves it, and does nothing with; a comparison's description
it replaces by the name of its own class. A comparison or rule is taken from there only where Splink still asks what we wrote for it: what was
changed in Splink is read as it is now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from matching.forms.kinds import KINDS
from matching.model.files import as_document, spec_of
from matching.model.spec import MATCH, STRANGER, Beliefs, Comparison, Part, Spec
from matching.model.splink_tests import Columns, asked_of, rule_sql, silence
from vocabulary.errors import ConfigurationError

KEPT_IN = "linker_uid"


def described(spec: Spec, comparisons: Iterable[Comparison]) -> str:
    """The spec with those comparisons and levels that Splink can ask, for its two classes of pairs; without shares, which stand beside it as m and u."""
    told = tuple(replace(one, shares={}) for one in comparisons)
    spec = replace(spec, comparisons=told, classes=(MATCH, STRANGER), beliefs=Beliefs(), interactions=None)
    return json.dumps(as_document(spec), ensure_ascii=False)


def read_description(settings: Mapping[str, Any]) -> Spec:
    """What settings that we wrote hold of the model; a spec without anything where they are of another's."""
    try:
        return spec_of(json.loads(str(settings.get(KEPT_IN))), KEPT_IN)
    except (ValueError, TypeError, ConfigurationError):
        return Spec("", "", (), (), ())


def known_comparison(ours: Spec, told: Mapping[str, Any]) -> Comparison | None:
    """The comparison of ours that still asks what it asked when it went out, if there is one."""
    asks = [str(level.get("sql_condition")) for level in told["comparison_levels"]]
    for one in ours.comparisons:
        columns = Columns(ours)
        null = [silence(columns, one, apart=apart) for apart in (False, True)]
        if one.name == told.get("output_column_name") and asks[1:] == asked_of(columns, one) and asks[0] in null:
            return one
    return None


def known_rules(ours: Spec, told: Iterable[str]) -> dict[str, set[str]]:
    """By name the rules of ours whose every way Splink still goes, and their SQL."""
    present = set(told)
    asked = {rule.name: set(rule_sql(Columns(ours), rule)) for rule in ours.rules}
    return {name: ways for name, ways in asked.items() if ways <= present}


def derived_columns(ours: Spec) -> dict[str, Part]:
    """The columns that a rule written in Splink may name, with the field and form that stand in them."""
    columns = Columns(ours)
    for one in ours.fields:
        for form in KINDS[one.kind].forms:
            columns.name((one.name, form))
    return columns.named
