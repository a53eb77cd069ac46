-- view:  registry_rate
-- grain: one registry and indicator of domain.md 3.4: numerator and denominator, counts of this night
-- What a rate leaves out it leaves out of both. Only births that are due and answered for by the registry are omitted
-- or late (rights.md R12). 准确率 is of fields that two registries state: wrong is where this one stands alone.
WITH answered_for AS (
    SELECT
        delay.registry,
        delay.is_recorded,
        delay.is_recorded AND delay.days_waited <= threshold.days_until_due AS is_timely
    FROM recording_delay AS delay
    INNER JOIN birth ON delay.birth_id = birth.birth_id
    CROSS JOIN threshold
    WHERE birth.days_old > threshold.days_until_due
),

sound AS (
    SELECT
        member.*,
        birth.is_elsewhere,
        row_number() OVER (PARTITION BY member.registry, member.birth_id ORDER BY member.record_id) > 1 AS is_repeated
    FROM member
    INNER JOIN birth ON member.birth_id = birth.birth_id
),

item AS (
    SELECT
        registry,
        (child_name IS NOT NULL)::INTEGER + (born_on IS NOT NULL)::INTEGER + (child_sex IN ('1', '2'))::INTEGER
        + (mother_name IS NOT NULL OR mother_id_number IS NOT NULL)::INTEGER AS filled
    FROM member
),

shared_field AS (
    SELECT
        registry,
        record_id,
        field
    FROM stated
    WHERE field IN ('child_name', 'child_sex', 'born_on', 'mother_id_number')
    QUALIFY count(DISTINCT registry) OVER (PARTITION BY birth_id, field) > 1
),

wrong_field AS (
    SELECT DISTINCT
        registry,
        record_id,
        field
    FROM finding
    WHERE kind = 'conflict' AND list_contains(string_split(evidence, ';'), 'alone:' || registry)
)

SELECT
    registry,
    'omitted' AS indicator,
    count_if(NOT is_recorded) AS numerator,
    count(*) AS denominator
FROM answered_for
GROUP BY ALL
UNION ALL
SELECT
    registry,
    'timely' AS indicator,
    count_if(is_timely) AS numerator,
    count(*) AS denominator
FROM answered_for
GROUP BY ALL
UNION ALL
SELECT
    registry,
    'duplicate' AS indicator,
    count_if(is_repeated) AS numerator,
    count(*) AS denominator
FROM sound
GROUP BY ALL
UNION ALL
SELECT
    registry,
    'wrong_report' AS indicator,
    count_if(is_repeated OR is_elsewhere) AS numerator,
    count(*) AS denominator
FROM sound
GROUP BY ALL
UNION ALL
SELECT
    registry,
    'complete' AS indicator,
    sum(filled)::BIGINT AS numerator,
    4 * count(*) AS denominator
FROM item
GROUP BY ALL
UNION ALL
SELECT
    shared_field.registry,
    'accurate' AS indicator,
    count_if(wrong_field.field IS NULL) AS numerator,
    count(*) AS denominator
FROM shared_field
LEFT JOIN wrong_field
    ON
        shared_field.registry = wrong_field.registry AND shared_field.record_id = wrong_field.record_id
        AND shared_field.field = wrong_field.field
GROUP BY ALL
ORDER BY ALL
