-- kind:     not_reported
-- question: Which births of residents does a registry know that the health side's report does not?
-- needs:    report fresh and complete for the birth date and area (absence needs presence)
-- to:       its reporting unit, as a count and nothing else (rights.md R3)
-- anchor:   birth_id
-- source:   domain.md 1.11; a report that comes late is no error (rights.md R12), so nothing is said before day 30
SELECT
    birth.birth_id,
    birth.division_code,
    birth.due_stage,
    birth.seen_in AS evidence
FROM birth
SEMI JOIN sayable_absence ON birth.birth_id = sayable_absence.birth_id AND sayable_absence.kind = 'not_reported'
CROSS JOIN threshold
WHERE
    birth.has_sound_record
    AND birth.days_old >= threshold.days_until_due
