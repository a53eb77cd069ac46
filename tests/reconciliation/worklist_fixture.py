"""A small made-up county for the worklist tests: records as accepted and linked, findings as the rules leave them."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from itertools import cycle

import pandas as pd

from reconciliation.publish import Night
from vocabulary import identity
from vocabulary.areas import Area, Areas
from vocabulary.contracts import RECORD_COLUMNS
from vocabulary.findings import due_stage

AS_OF = date(2026, 10, 31)
TOWNSHIPS = {"990101001": "柳河镇", "990101002": "青山乡", "990101003": "东关街道"}
VILLAGES = ("李家村", "王家庄村", "上河村", "杨树沟村", "新民社区")
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", ("子涵", "一诺", "雨桐", "浩", "欣怡", "梓轩", "若曦", "博文", "思源", "小禾")
FINDING_COLUMNS = (
    "finding_id",
    "kind",
    "birth_id",
    "registry",
    "record_id",
    "field",
    "division_code",
    "due_stage",
    "evidence",
    "other_registry",
    "other_record_id",
)


def areas() -> Areas:
    """Three townships of five villages, and a neighbouring county."""
    rows = [Area("990101", "示例县"), Area("990102", "邻县")]
    for code, name in TOWNSHIPS.items():
        rows.append(Area(code, name))
        rows += [Area(f"{code}{200 + place}", village) for place, village in enumerate(VILLAGES)]
    return Areas(rows)


def number(born_on: date, sequence: int) -> str:
    """A made-up identity number: 99 is no place."""
    first17 = f"990101{born_on:%Y%m%d}{sequence:03d}"
    return first17 + identity.check_character(first17)


def record(registry: str, record_id: str, birth_id: str, **fields: object) -> dict[str, object]:
    """One accepted record; fields that are not given are missing."""
    given = {"registry": registry, "record_id": record_id, "birth_id": birth_id, "quarantined": False, **fields}
    given.setdefault("area_code", given.get("division_code"))
    return {column: given.get(column) for column in (*RECORD_COLUMNS, "birth_id")}


def finding(kind: str, birth_id: str, **fields: object) -> dict[str, object]:
    """One finding; its id is worked out from what it is about, as the rules do."""
    given = {"kind": kind, "birth_id": birth_id, **fields}
    anchor = "|".join(str(given.get(part)) for part in ("kind", "birth_id", "registry", "record_id", "field"))
    given["finding_id"] = "f" + hashlib.sha256(anchor.encode()).hexdigest()[:15]
    return {column: given.get(column) for column in FINDING_COLUMNS}


def night(findings: list[dict[str, object]], records: list[dict[str, object]], **options: object) -> Night:
    """A night with the types that its snapshots have."""
    found = pd.DataFrame(findings, columns=list(FINDING_COLUMNS), dtype=object)
    found = found.astype({column: "Int64" if column == "due_stage" else "string" for column in FINDING_COLUMNS})
    held = pd.DataFrame(records, columns=[*RECORD_COLUMNS, "birth_id"], dtype=object)
    held["quarantined"] = held["quarantined"].astype(bool)
    given: dict[str, object] = {"areas": areas(), "as_of": AS_OF, "served": ("990101",), **options}
    return Night(found, held, **given)  # type: ignore[arg-type]


def numbered(rows: pd.DataFrame) -> pd.DataFrame:
    """Tasks without a state database: a number from the finding and the desk, issued on the night."""
    from sql.task_number import task_number

    numbers = [task_number(finding_id, desk) for finding_id, desk in rows.itertuples(index=False)]
    return rows.assign(task_no=numbers, issued_on=AS_OF)


def realistic(children: int = 24) -> Night:
    """Children at every stage in three townships, with and without certificate, name and hospital record; conflicts and counts."""
    records, findings = [], []
    villages = cycle([f"{township}{200 + place}" for township in TOWNSHIPS for place in range(len(VILLAGES))])
    waits = cycle((31, 45, 62, 95, 181, 12, 370, 33, 64))
    for place in range(children):
        wait, village, birth = next(waits), next(villages), f"b{place:04d}"
        born, mother = AS_OF - timedelta(days=wait), date(1995, 1, 1) + timedelta(days=97 * place)
        family = {
            "child_sex": "12"[place % 2], "born_on": born, "division_code": village,
            "mother_name": SURNAMES[place % 10] + GIVEN[(place * 3) % 10], "mother_id_number": number(mother, 2 * place + 2),
            "child_name": None if place % 4 == 3 else SURNAMES[place % 7] + GIVEN[place % 10],
        }  # fmt: skip
        at_hospital = place % 5 != 4
        if at_hospital:
            certificate = f"Z99{place:07d}" if place % 3 else None
            records.append(
                record(
                    "hospital",
                    f"H2026{place:06d}",
                    birth,
                    certificate_no=certificate,
                    facility_code="990101A01",
                    born_at=pd.Timestamp(born),
                    vital_status="alive",
                    plurality=1,
                    birth_order=1,
                    **family,
                )
            )
        if place % 2 or not at_hospital:
            records.append(record("family_planning", f"R2026{place:06d}", birth, reporting_unit_code=village[:9], **family))
        else:
            findings.append(finding("not_reported", birth, division_code=village))
        findings.append(finding("not_registered", birth, division_code=village, due_stage=int(due_stage(wait))))
    records, findings = records + _registered(), findings + _own_findings()
    return night(findings, records)


def _registered() -> list[dict[str, object]]:
    """Children whom three registries hold, with a difference each."""
    held = []
    for place, sex in enumerate("121"):
        born, birth = date(2026, 5, 3 + place), f"r{place}"
        base = {
            "born_on": born,
            "child_sex": sex,
            "division_code": "990101001201",
            "child_name": f"赵{GIVEN[place]}",
            "mother_name": "孙 示例",
        }
        held.append(
            record(
                "hukou",
                f"99010120260{place}",
                birth,
                child_id_number=number(born, 15 + place),
                recorded_on=born + timedelta(days=20),
                **base,
            )
        )
        held.append(record("hospital", f"H9{place}", birth, facility_code="990101A01", vital_status="alive", **base))
        held.append(
            record(
                "family_planning",
                f"R9{place}",
                birth,
                reporting_unit_code="990101001",
                mother_id_number=number(date(1990, 1, 2), 24),
                **base,
            )
        )
    return held


def _own_findings() -> list[dict[str, object]]:
    conflicts = (
        ("r0", "born_on", "lunar_date;alone:family_planning"), ("r1", "child_name", "homophone;alone:hukou"), ("r2", "child_sex", "other_sex;alone:hospital"),
    )  # fmt: skip
    ids = {"hukou": "99010120260{}", "hospital": "H9{}", "family_planning": "R9{}"}
    found = [
        finding(
            "conflict",
            birth,
            registry=registry,
            record_id=shape.format(birth[1]),
            field=field,
            division_code="990101001201",
            evidence=evidence,
        )
        for birth, field, evidence in conflicts
        for registry, shape in ids.items()
    ]
    found.append(
        finding(
            "invalid_identifier",
            "r0",
            registry="family_planning",
            record_id="R90",
            field="mother_id_number",
            division_code="990101001201",
            evidence="check_digit",
        )
    )
    found.append(
        finding(
            "implausible_date",
            "r1",
            registry="hukou",
            record_id="990101202601",
            field="recorded_on",
            division_code="990101001201",
            evidence="recorded_before_birth",
        )
    )
    found += [finding("no_birth_record", f"n{place}", division_code="990101001201") for place in range(7)]
    found += [finding("no_birth_record", f"n9{place}", division_code="990101002201") for place in range(2)]
    return found
