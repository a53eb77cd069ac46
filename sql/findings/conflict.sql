-- kind:     conflict
-- question: In which fields do the records of one birth disagree, how, and which registry stands alone?
-- needs:    nothing
-- to:       each registry that holds a record of the birth: its own record and the field
-- anchor:   registry, record_id, field
-- source:   domain.md 2.4, rows 3 to 17 and 29
WITH involved AS (
    SELECT
        difference.birth_id,
        difference.field,
        difference.registry,
        count(*) AS difference_count
    FROM difference
    GROUP BY ALL
),

-- The one registry that takes part in every difference, where at least two others say the same.
alone AS (
    SELECT
        involved.birth_id,
        involved.field,
        min(involved.registry) AS registry
    FROM involved
    INNER JOIN (
        SELECT
            difference.birth_id,
            difference.field,
            count(*) / 2 AS pair_count
        FROM difference
        GROUP BY ALL
    ) AS whole ON involved.birth_id = whole.birth_id AND involved.field = whole.field
    INNER JOIN (
        SELECT
            stated.birth_id,
            stated.field,
            count(DISTINCT stated.registry) AS registry_count
        FROM stated
        GROUP BY ALL
    ) AS told ON involved.birth_id = told.birth_id AND involved.field = told.field
    WHERE involved.difference_count = whole.pair_count AND told.registry_count > 2 AND whole.pair_count > 1
    GROUP BY ALL
    HAVING count(*) = 1
),

reason AS (
    SELECT
        difference.birth_id,
        difference.field,
        difference.registry,
        difference.record_id,
        difference.evidence
    FROM difference
    UNION
    SELECT
        difference.birth_id,
        difference.field,
        difference.registry,
        difference.record_id,
        'alone:' || alone.registry AS evidence
    FROM difference
    INNER JOIN alone ON difference.birth_id = alone.birth_id AND difference.field = alone.field
    UNION
    -- A code that was merged into another, while some other record of the birth has the new one already.
    SELECT
        member.birth_id,
        'division_code' AS field,
        member.registry,
        member.record_id,
        'township_merged' AS evidence
    FROM member
    SEMI JOIN member AS other
        ON
            member.birth_id = other.birth_id
            AND left(other.division_code, 9) = left(member.area_code, 9)
            AND NOT other.quarantined
    WHERE left(member.division_code, 9) <> left(member.area_code, 9) AND NOT member.quarantined
)

SELECT
    reason.birth_id,
    reason.registry,
    reason.record_id,
    reason.field,
    member.area_code AS division_code,
    string_agg(DISTINCT reason.evidence, ';' ORDER BY reason.evidence) AS evidence
FROM reason
INNER JOIN member ON reason.registry = member.registry AND reason.record_id = member.record_id
GROUP BY ALL
