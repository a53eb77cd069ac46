-- view:  birth_date
-- grain: one birth, and the day on which it most likely was
-- The day that most sound records give. Where they are even: the day by the hospital's clock, which beats what a family
-- told a village clerk; but a day that is much later wins, because big slips go backwards.
WITH stated_day AS (
    SELECT
        member.birth_id,
        plausible_day.born_on,
        count_if(NOT member.quarantined) AS votes,
        min(
            (member.quarantined, member.born_at IS NULL, NOT member.is_health, member.registry, member.record_id)
        ) AS standing
    FROM member
    INNER JOIN plausible_day
        ON member.registry = plausible_day.registry AND member.record_id = plausible_day.record_id
    GROUP BY member.birth_id, plausible_day.born_on
),

foremost AS (
    SELECT *
    FROM stated_day
    QUALIFY votes = max(votes) OVER (PARTITION BY birth_id)
),

choice AS (
    SELECT
        birth_id,
        arg_min(born_on, standing) AS by_the_clock,
        max(born_on) AS latest
    FROM foremost
    GROUP BY birth_id
)

SELECT
    choice.birth_id,
    CASE
        WHEN date_diff('day', choice.by_the_clock, choice.latest) > threshold.days_of_small_slip THEN choice.latest
        ELSE choice.by_the_clock
    END AS born_on
FROM choice
CROSS JOIN threshold
