"""What may be said of a finding, by scope of the disclosure table. Only `disclosure.disclose` calls these.

Every function takes the findings of one kind and the linked records, and gives one row a finding (counts: one row a unit)
with `desk_code`, the unit it goes to.
"""

from __future__ import annotations

import pandas as pd

from reconciliation.worklist_counts import hide_small
from vocabulary import identity, names
from vocabulary.areas import COUNTY_DIGITS, TOWNSHIP_DIGITS
from vocabulary.parts import part_counties, shown_to
from vocabulary.registries import REGISTRIES

UNASSIGNED = "unassigned"
"""The desk of records that name no unit: the registry's own administrator."""
NEVER_PRINTED = ("father_id_number",)
"""Not printed on any list (domain.md 6.2)."""
NUMBERS_ON_CARDS = ("child_id_number", "mother_id_number")


def residents(findings: pd.DataFrame, records: pd.DataFrame, desk_digits: int) -> pd.DataFrame:
    """Children, each as the records that know it tell it together; `desk_digits` of the residence name the desk.

    Each field comes from the best record that has it: sound before quarantined, then where the time of birth is known.
    """
    seen = records[records["birth_id"].isin(findings["birth_id"])]
    named = [text for text in seen["child_name"].dropna().unique() if not names.is_unnamed(text)]
    seen = seen.assign(
        child_name=seen["child_name"].where(seen["child_name"].isin(named)),
        no_time=seen["born_at"].isna(),
    ).sort_values(["birth_id", "quarantined", "no_time", "registry", "record_id"])
    best = seen.groupby("birth_id").first()
    best["seen_in"] = seen[["birth_id", "registry"]].drop_duplicates().sort_values("registry").groupby("birth_id")["registry"].agg(";".join)
    best["mother_id_mask"] = best["mother_id_number"].map(identity.mask, na_action="ignore")
    facts = findings[["finding_id", "kind", "birth_id", "division_code", "due_stage"]].merge(
        best.drop(columns=["division_code"]), left_on="birth_id", right_index=True, how="left"
    )
    facts["residence_code"] = facts["division_code"]
    facts["desk_code"] = facts["division_code"].str[:desk_digits].fillna(UNASSIGNED)
    facts["action"] = suggested_actions(facts)
    return facts


def suggested_actions(facts: pd.DataFrame) -> pd.Series:
    """Which paper comes next, as a code: its words stand in worklist_texts.toml."""
    unnamed = facts["child_name"].isna()
    action = pd.Series("certificate_from_county", index=facts.index)
    at_hospital = facts["facility_code"].notna()
    action = action.mask(at_hospital, "certificate_from_hospital")
    action = action.mask(at_hospital & unnamed, "name_then_certificate")
    holds = facts["certificate_no"].notna()
    return action.mask(holds, "bring_certificate").mask(holds & unnamed, "bring_certificate_name")


def own_records(findings: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """The record that a finding names, its value of the field in question, and in codes how the others differ: nothing of theirs."""
    own = findings[["finding_id", "kind", "registry", "record_id", "field", "evidence"]].merge(
        records.drop(columns=["birth_id"]), on=["registry", "record_id"], how="left", validate="many_to_one", indicator="held"
    )
    own["own_value"] = own_values(own).where(own["kind"] != "duplicate_record", other_numbers(findings, records))
    own["difference"] = own["evidence"]
    own["desk_code"] = answering_units(own)
    return own


def own_values(own: pd.DataFrame) -> pd.Series:
    """Each row's value of the field that `field` names, as text; card numbers masked, a father's never shown."""
    values = pd.Series(None, index=own.index, dtype=object)
    for field in own["field"].dropna().unique():
        if field in NEVER_PRINTED or field not in own.columns:
            continue
        asked = own["field"] == field
        told = own.loc[asked, field]
        mask = identity.mask if field in NUMBERS_ON_CARDS else str
        values.loc[asked] = told.map(mask, na_action="ignore").astype(object)
    return values.where(values.notna(), None)


def other_numbers(findings: pd.DataFrame, records: pd.DataFrame) -> pd.Series:
    """For each finding, the numbers of the other records that its own registry holds of the same birth; by row, not by index."""
    asked = findings[["birth_id", "registry", "record_id"]].reset_index(drop=True).reset_index(names="row")
    held = records[["birth_id", "registry", "record_id"]].rename(columns={"record_id": "other_record_id"})
    others = asked.merge(held, on=["birth_id", "registry"])
    others = others[others["record_id"] != others["other_record_id"]].sort_values("other_record_id")
    own = part_counties(others["record_id"]).fillna("")
    others["other_record_id"] = [shown_to(str(other), str(county)) for other, county in zip(others["other_record_id"], own, strict=True)]
    told = others.groupby("row")["other_record_id"].agg("、".join)
    return told.reindex(range(len(asked))).astype(object)


def answering_units(records: pd.DataFrame) -> pd.Series:
    """The unit that answers for each record: the contract's unit field, else the township.

    Of a registry that comes in parts, a record without a unit is its county's, and a code that two counties may both use has its county before
    it, so that no county's office is ever asked about another's record (rights.md R3).
    """
    units = records["area_code"].str[:TOWNSHIP_DIGITS]
    for name, contract in REGISTRIES.items():
        if contract.unit_field:
            units = units.mask(records["registry"] == name, records[contract.unit_field])
    if "record_id" not in records:
        return units.fillna(UNASSIGNED)
    county = part_counties(records["record_id"]).fillna("").astype(str)
    in_parts = county.ne("")
    if in_parts.any():
        told = zip(units.fillna("").astype(str), county, strict=True)
        of_county = [unit if unit.startswith(code) else f"{code}x{unit}" if unit else code for unit, code in told]
        units = units.mask(in_parts, pd.Series(of_county, index=units.index, dtype=object))
    return units.fillna(UNASSIGNED)


def pairs(findings: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Two records by their numbers; the desk is the county of residence."""
    held = records[["registry", "record_id"]].drop_duplicates()
    facts = findings.merge(held, on=["registry", "record_id"], how="left", validate="many_to_one", indicator="held")
    facts = facts.reindex(columns=list(dict.fromkeys([*facts.columns, "other_registry", "other_record_id"])))
    facts["difference"] = facts["evidence"]
    facts["desk_code"] = facts["division_code"].str[:COUNTY_DIGITS].fillna(part_counties(facts["record_id"])).fillna(UNASSIGNED)
    return facts


def counts_of_units(findings: pd.DataFrame, records: pd.DataFrame, registry: str) -> pd.DataFrame:
    """Births by the unit that reports most of their township: a small number is hidden, and nobody is named."""
    unit_field = REGISTRIES[registry].unit_field or "area_code"
    reported = records[(records["registry"] == registry) & records["area_code"].notna() & records[unit_field].notna()]
    units = answering_units(reported) if REGISTRIES[registry].unit_field else reported[unit_field]
    reported = pd.DataFrame({"township_code": reported["area_code"].str[:TOWNSHIP_DIGITS], "unit_code": units})
    tally = reported.groupby(["township_code", "unit_code"]).size().rename("reports").reset_index()
    main = tally.sort_values(["township_code", "reports", "unit_code"], ascending=[True, False, True]).drop_duplicates("township_code")
    unit_of = main.set_index("township_code")["unit_code"]
    units = findings["division_code"].str[:TOWNSHIP_DIGITS].map(unit_of).fillna(UNASSIGNED)
    counts = units.value_counts().sort_index()
    # Each unit gets its own line only, so no other cell can be worked out from it and none needs to be hidden with it.
    return pd.DataFrame({"desk_code": counts.index, "registry": registry, "birth_count": [hide_small([count])[0] for count in counts]})


def counts_by_township(findings: pd.DataFrame) -> pd.DataFrame:
    """Births by township, for the data steward of the county: a table across units, so small numbers are hidden."""
    townships = findings["division_code"].str[:TOWNSHIP_DIGITS].fillna(UNASSIGNED)
    counts = townships.value_counts().sort_index().rename_axis("township_code").rename("births").reset_index()
    counts["desk_code"] = counts["township_code"].str[:COUNTY_DIGITS].where(counts["township_code"] != UNASSIGNED, UNASSIGNED)
    counts["birth_count"] = counts.groupby("desk_code")["births"].transform(hide_small)
    return counts[["desk_code", "township_code", "birth_count"]]
