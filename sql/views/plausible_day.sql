-- view:  plausible_day
-- grain: one record with a birth date, and the day that this date most likely means
-- A date outside the months that its own registry covers is a slip where a known one explains it and the record was
-- made after that day: the year mistyped (domain.md 2.4, row 15) or a lunar date (row 12). Otherwise the date stands,
-- and so does one that lies a little after the day of record: that is a slip of days, not of a year.
WITH outside AS (
    SELECT
        member.registry,
        member.record_id,
        member.born_on,
        delivery.period_from,
        least(
            coalesce(member.recorded_on, cast(member.updated_at AS DATE), delivery.period_to), delivery.period_to
        ) AS known_on
    FROM member
    INNER JOIN delivery ON member.registry = delivery.registry AND member.part_prefix = delivery.prefix
    CROSS JOIN threshold
    WHERE
        member.born_on NOT BETWEEN delivery.period_from AND delivery.period_to
        AND date_diff('day', known_on, member.born_on) NOT BETWEEN 0 AND threshold.days_of_small_slip
),

reading AS (
    SELECT
        outside.*,
        1 AS unlikeliness,
        cast(
            outside.born_on + to_years(cast(year(outside.known_on) - year(outside.born_on) - earlier.years AS INTEGER))
            AS DATE
        ) AS read_on
    FROM outside
    CROSS JOIN (VALUES (0), (1)) AS earlier (years)
    UNION ALL
    SELECT
        outside.*,
        2 AS unlikeliness,
        lunar_reading.read_on
    FROM outside
    INNER JOIN lunar_reading ON outside.born_on = lunar_reading.written_on
),

explained AS (
    SELECT
        registry,
        record_id,
        arg_min(read_on, (unlikeliness, known_on - read_on)) AS read_on
    FROM reading
    WHERE read_on BETWEEN period_from AND known_on
    GROUP BY registry, record_id
)

SELECT
    member.registry,
    member.record_id,
    coalesce(explained.read_on, member.born_on) AS born_on
FROM member
LEFT JOIN explained ON member.registry = explained.registry AND member.record_id = explained.record_id
WHERE member.born_on IS NOT NULL
