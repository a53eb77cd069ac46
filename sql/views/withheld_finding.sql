-- view:  withheld_finding
-- grain: one open finding that this night cannot judge, because what it rests on did not arrive: it stays as it is
-- An absence is judged where it may be said, or where the registry holds the birth after all; a problem of a record,
-- where its registry delivered at some time (a last good snapshot still says what it said). Of a registry that comes in
-- parts, the part of the child's county, or of the record, is the one that counts: no county waits for another.
WITH absence AS (
    SELECT
        open_finding.finding_id,
        open_finding.birth_id,
        registry_role.registry,
        birth.born_on,
        birth.deaths_are_told,
        left(coalesce(birth.division_code, open_finding.division_code), 6) AS county
    FROM open_finding
    INNER JOIN registry_role ON open_finding.kind = registry_role.absence
    LEFT JOIN birth ON open_finding.birth_id = birth.birth_id
    ANTI JOIN member ON open_finding.birth_id = member.birth_id AND registry_role.registry = member.registry
),

answering AS (
    SELECT
        absence.finding_id,
        delivery.status,
        delivery.complete,
        delivery.period_from,
        delivery.period_to
    FROM absence
    INNER JOIN delivery
        ON absence.registry = delivery.registry AND delivery.county IN ('', coalesce(absence.county, ''))
    QUALIFY row_number() OVER (PARTITION BY absence.finding_id ORDER BY delivery.county DESC) = 1
),

-- Both records of a pair, each with what stands before its number if its registry comes in parts.
in_parts AS (
    SELECT DISTINCT registry
    FROM delivery
    WHERE prefix <> ''
),

side AS (
    SELECT
        finding_id,
        registry,
        record_id
    FROM open_finding
    WHERE registry IS NOT NULL
    UNION ALL
    SELECT
        finding_id,
        other_registry,
        other_record_id
    FROM open_finding
    WHERE other_registry IS NOT NULL
)

SELECT absence.finding_id
FROM absence
LEFT JOIN answering ON absence.finding_id = answering.finding_id
LEFT JOIN silent_registry
    ON absence.birth_id = silent_registry.birth_id AND absence.registry = silent_registry.registry
WHERE
    answering.status IS DISTINCT FROM 'fresh'
    OR NOT answering.complete
    OR absence.born_on NOT BETWEEN answering.period_from AND answering.period_to
    OR silent_registry.birth_id IS NOT NULL
    -- Nobody is visited, and nothing said to be settled, while those that tell of deaths are silent.
    OR NOT absence.deaths_are_told
UNION
SELECT side.finding_id
FROM side
LEFT JOIN in_parts ON side.registry = in_parts.registry
LEFT JOIN delivery
    ON
        side.registry = delivery.registry
        AND delivery.prefix = CASE
            WHEN in_parts.registry IS NOT NULL AND substr(side.record_id, 7, 2) = '::' THEN left(side.record_id, 8)
            ELSE ''
        END
WHERE coalesce(delivery.status, 'absent') = 'absent'
UNION
-- A child of another county's file, while nothing may be said of it.
SELECT open_finding.finding_id
FROM open_finding
INNER JOIN received_child ON open_finding.birth_id = received_child.birth_id
WHERE
    NOT received_child.may_be_said
    AND NOT received_child.is_registered AND NOT received_child.is_known AND NOT received_child.may_have_died
UNION
-- A birth that is not here tonight, while some registry that may hold it is not either.
SELECT open_finding.finding_id
FROM open_finding
ANTI JOIN birth ON open_finding.birth_id = birth.birth_id
WHERE EXISTS (
    FROM delivery
    WHERE
        delivery.status = 'absent'
        AND (
            delivery.county = ''
            OR open_finding.division_code IS NULL
            OR delivery.county = left(open_finding.division_code, 6)
        )
)
