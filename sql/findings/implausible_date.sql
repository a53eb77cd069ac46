-- kind:     implausible_date
-- question: Which dates cannot be: recorded before birth, in the future, two deliveries of one mother too close?
-- needs:    nothing
-- to:       the registry that holds the record; nothing names another child or birth (rights.md R2)
-- anchor:   registry, record_id, field
-- source:   domain.md 2.4, rows 14, 15 and 21
WITH doubt AS (
    SELECT
        member.*,
        'recorded_on' AS field,
        'recorded_before_birth' AS code
    FROM member
    WHERE member.recorded_on < member.born_on
    UNION ALL
    SELECT
        member.*,
        'recorded_on' AS field,
        'in_the_future' AS code
    FROM member
    CROSS JOIN night
    WHERE member.recorded_on > night.as_of
    UNION ALL
    SELECT
        member.*,
        'born_on' AS field,
        'in_the_future' AS code
    FROM member
    CROSS JOIN night
    WHERE member.born_on > night.as_of
    UNION ALL
    SELECT
        member.*,
        'born_on' AS field,
        'deliveries_too_close' AS code
    FROM member
    CROSS JOIN threshold
    -- From two days on: twins may be born on both sides of a midnight.
    SEMI JOIN member AS other
        ON
            member.mother_key = other.mother_key
            AND member.registry = other.registry
            AND member.birth_id <> other.birth_id
            AND NOT other.quarantined
            AND abs(date_diff('day', member.born_on, other.born_on)) BETWEEN 2 AND threshold.days_between_deliveries
)

SELECT
    doubt.birth_id,
    doubt.registry,
    doubt.record_id,
    doubt.field,
    doubt.area_code AS division_code,
    string_agg(DISTINCT doubt.code, ';' ORDER BY doubt.code) AS evidence
FROM doubt
WHERE NOT doubt.quarantined
GROUP BY ALL
