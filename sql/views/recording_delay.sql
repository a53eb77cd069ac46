-- view:  recording_delay
-- grain: one resident birth and a registry that answers for its day
-- days: until it was recorded there; where is_recorded is false, how long it has been waited for (right-censored).
-- Children who died are not waited for: a birth of which some record says so is left out. So is a record whose day of
-- recording nobody knows, or that lies far before the birth: it was recorded, but not known when.
WITH recorded AS (
    SELECT
        birth_id,
        registry,
        min(recorded_on) AS recorded_on
    FROM member
    GROUP BY ALL
)

SELECT
    birth.birth_id,
    registry_role.registry,
    left(birth.division_code, 9) AS township_code,
    birth.born_on,
    recorded.birth_id IS NOT NULL AS is_recorded,
    greatest(
        date_diff('day', birth.born_on, coalesce(recorded.recorded_on, least(night.as_of, delivery.period_to))), 0
    ) AS days_waited
FROM birth
CROSS JOIN night
CROSS JOIN registry_role
CROSS JOIN threshold
INNER JOIN county_delivery AS delivery
    ON
        registry_role.registry = delivery.registry AND left(birth.division_code, 6) = delivery.place_county
        AND delivery.status <> 'absent'
LEFT JOIN recorded ON birth.birth_id = recorded.birth_id AND registry_role.registry = recorded.registry
WHERE
    -- Nobody waits for a record in a registry that no birth need be in.
    registry_role.absence IS NOT NULL
    AND birth.is_resident
    AND birth.has_sound_record
    AND NOT birth.may_have_died
    AND birth.division_code IS NOT NULL
    AND birth.born_on BETWEEN delivery.period_from AND least(night.as_of, delivery.period_to)
    AND (
        recorded.birth_id IS NULL
        OR date_diff('day', birth.born_on, recorded.recorded_on) >= -threshold.days_of_small_slip
    )
ORDER BY birth.birth_id, registry_role.registry
