-- view:  unit_month
-- grain: one registry, unit that answers for its records (facility, reporting unit, else township) and month of birth
-- late: recorded more than a month after the birth. round_days: dated on the 1st or 15th, as an unknown day often is.
-- copied: another birth of the same registry and mother lies 4 to 180 days away: nobody is delivered twice so soon, but
-- a report that was copied and dated anew looks like it.
WITH by_mother AS (
    SELECT
        registry,
        record_id,
        birth_id,
        born_on,
        -- Short keys, and none where nothing is known: a hash of nothing would make strangers one.
        CASE WHEN mother_key IS NOT NULL THEN hash(mother_key) END AS mother,
        CASE
            WHEN mother_name IS NOT NULL AND father_name IS NOT NULL AND area_code IS NOT NULL
                THEN hash(mother_name, father_name, left(area_code, 9))
        END AS couple
    FROM member
    WHERE born_on IS NOT NULL AND NOT quarantined
),

twice AS (
    SELECT
        one.registry,
        one.record_id
    FROM by_mother AS one
    INNER JOIN by_mother AS other
        ON one.registry = other.registry AND one.mother = other.mother
    CROSS JOIN threshold
    WHERE
        one.birth_id <> other.birth_id
        AND abs(date_diff('day', one.born_on, other.born_on)) BETWEEN 4 AND threshold.days_between_deliveries
    UNION
    SELECT
        one.registry,
        one.record_id
    FROM by_mother AS one
    INNER JOIN by_mother AS other ON one.registry = other.registry AND one.couple = other.couple
    CROSS JOIN threshold
    WHERE
        one.birth_id <> other.birth_id
        AND abs(date_diff('day', one.born_on, other.born_on)) BETWEEN 4 AND threshold.days_between_deliveries
)

SELECT
    member.registry,
    coalesce(member.reporting_unit_code, member.facility_code, left(member.area_code, 9)) AS unit_code,
    returned_birth.born_in,
    count(*) AS records,
    count(*) FILTER (WHERE member.recorded_on >= member.born_on) AS dated,
    count(*) FILTER (
        WHERE date_diff('day', member.born_on, member.recorded_on) > threshold.days_until_due
    ) AS late,
    count(*) FILTER (WHERE day(member.born_on) IN (1, 15)) AS round_days,
    count(twice.record_id) AS copied
FROM member
INNER JOIN returned_birth ON member.birth_id = returned_birth.birth_id
LEFT JOIN twice ON member.registry = twice.registry AND member.record_id = twice.record_id
CROSS JOIN threshold
WHERE returned_birth.born_in IS NOT NULL AND NOT member.quarantined
GROUP BY ALL
