-- kind:     no_birth_record
-- question: Which births of residents are registered or reported, but known to no hospital here?
-- needs:    hospitals fresh and complete for the birth date and area (absence needs presence)
-- to:       the county's data steward, as a count
-- anchor:   birth_id
-- source:   domain.md 2.4, row 23: born at home or in another county
SELECT
    birth.birth_id,
    birth.division_code,
    birth.seen_in AS evidence
FROM birth
SEMI JOIN sayable_absence ON birth.birth_id = sayable_absence.birth_id AND sayable_absence.kind = 'no_birth_record'
WHERE birth.has_sound_record AND birth.days_old >= 0
