-- kind:     not_registered
-- question: Which living resident children does a health registry know that the civil registry does not?
-- needs:    civil registry fresh and complete for the birth date and area (absence needs presence)
-- to:       registration desk of the child's township
-- anchor:   birth_id
-- source:   Household registration regulations art. 7 (within one month)
SELECT
    birth.birth_id,
    birth.division_code,
    birth.due_stage,
    birth.seen_in AS evidence
FROM birth
SEMI JOIN sayable_absence ON birth.birth_id = sayable_absence.birth_id AND sayable_absence.kind = 'not_registered'
WHERE
    birth.has_sound_health_record
    -- Registered with any civil registry is registered.
    AND NOT birth.in_civil
    AND birth.days_old >= 0
    -- A child who may be the same as one that lives in another county is not visited here: a steward looks first.
    AND NOT birth.may_live_elsewhere
    -- A child who died, or may be the same as one who died, is left in peace (rights.md R4).
    AND NOT birth.may_have_died
    AND birth.deaths_are_told
UNION ALL
-- A child of whom only another county knows: its exchange file says that it lives here.
SELECT
    received_child.birth_id,
    received_child.division_code,
    received_child.due_stage,
    'seen:other_county' AS evidence
FROM received_child
WHERE
    received_child.may_be_said
    AND NOT received_child.is_registered
    AND NOT received_child.is_known
    AND NOT received_child.may_have_died
    AND received_child.days_old >= 0
