-- kind:     duplicate_record
-- question: Which records of one registry are the same birth?
-- needs:    nothing
-- to:       that registry: both records are its own, and it knows which one stays
-- anchor:   registry, record_id
-- source:   domain.md 2.4, rows 19 and 20: twins are never duplicates
SELECT
    member.birth_id,
    member.registry,
    member.record_id,
    member.area_code AS division_code,
    'same_registry' AS evidence
FROM member
SEMI JOIN member AS other
    ON
        member.birth_id = other.birth_id
        AND member.registry = other.registry
        AND member.record_id <> other.record_id
        AND NOT other.quarantined
        AND NOT (
            coalesce(member.plurality, 1) > 1
            AND coalesce(other.plurality, 1) > 1
            AND member.birth_order IS DISTINCT FROM other.birth_order
        )
WHERE NOT member.quarantined
