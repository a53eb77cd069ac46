-- kind:     belongs_elsewhere
-- question: Which children that are not registered here live in another county?
-- needs:    nothing: it says where a family lives, not what a registry lacks
-- to:       that county, through the exchange file
-- anchor:   birth_id
-- source:   domain.md 2.4, row 23
WITH probably_registered AS (
    SELECT probable_holder.birth_id
    FROM probable_holder
    INNER JOIN registry_role ON probable_holder.registry = registry_role.registry
    WHERE registry_role.role = 'civil'
)

SELECT
    birth.birth_id,
    birth.division_code,
    birth.seen_in AS evidence
FROM birth
ANTI JOIN probably_registered ON birth.birth_id = probably_registered.birth_id
WHERE
    birth.is_elsewhere
    AND birth.has_sound_health_record
    AND NOT birth.in_civil
    -- No other county asks after a child who died either (rights.md R4).
    AND NOT birth.may_have_died
    AND birth.deaths_are_told
