-- view:  received_child
-- grain: one child of whom another county's exchange file says that it lives here
-- is_registered: the same as a birth that the civil registry holds. is_known: the same as a birth whose own
-- records already say that it lives here, so that its own finding speaks for it. may_have_died: it is, or may be, one
-- who died, or a desk said so (rights.md R4). may_be_said: absence needs presence, as for an own birth.
WITH here AS (
    SELECT
        received_match.received_id,
        bool_or(received_match.is_same AND birth.in_civil) AS is_registered,
        bool_or(received_match.is_same AND birth.is_resident) AS is_known,
        bool_or(birth.may_have_died) AS may_have_died
    FROM received_match
    INNER JOIN birth ON received_match.birth_id = birth.birth_id
    GROUP BY received_match.received_id
)

SELECT
    received.birth_id,
    received.residence_code AS division_code,
    received.born_on,
    date_diff('day', received.born_on, night.as_of) AS days_old,
    (
        SELECT max(due_stage.stage)
        FROM due_stage
        WHERE due_stage.stage <= date_diff('day', received.born_on, night.as_of)
    ) AS due_stage,
    coalesce(here.is_registered, FALSE) AS is_registered,
    coalesce(here.is_known, FALSE) AS is_known,
    coalesce(here.may_have_died, FALSE) OR told_death.record_id IS NOT NULL AS may_have_died,
    EXISTS (
        FROM registry_role
        INNER JOIN county_delivery AS delivery
            ON
                registry_role.registry = delivery.registry
                AND left(received.residence_code, 6) = delivery.place_county
        WHERE
            registry_role.role = 'civil' AND delivery.status = 'fresh' AND delivery.complete
            AND received.born_on BETWEEN delivery.period_from AND delivery.period_to
    )
    AND coalesce(received.born_on <= deaths_told.until_born_on, FALSE) AS may_be_said
FROM received
CROSS JOIN night
LEFT JOIN deaths_told ON left(received.residence_code, 6) = deaths_told.county
LEFT JOIN here ON received.birth_id = here.received_id
LEFT JOIN told_death ON received.birth_id = told_death.record_id AND told_death.registry = 'other_county'
