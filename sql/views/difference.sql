-- view:  difference
-- grain: one field in which a record contradicts a record of another registry of the same birth, with the kind of
-- difference; each pair stands here twice, once from each side
SELECT
    contradiction.birth_id,
    contradiction.field,
    contradiction.registry,
    contradiction.record_id,
    contradiction.other_registry,
    contradiction.other_record_id,
    CASE
        WHEN
            contradiction.field = 'child_name' AND contradiction.only_first_differs
            AND coalesce(level_meaning.evidence, 'other_name') NOT IN ('variant_form', 'homophone')
            THEN 'surname_differs'
        -- The certificate has the first name; another in the civil registry was mostly chosen later (domain.md 1.6).
        WHEN
            contradiction.field = 'child_name' AND contradiction.crosses_roles
            AND coalesce(level_meaning.evidence, 'other_name') = 'other_name'
            THEN 'name_later_changed'
        ELSE coalesce(level_meaning.evidence, contradiction.plain_evidence)
    END AS evidence
FROM contradiction
LEFT JOIN level
    ON
        contradiction.registry = level.registry AND contradiction.record_id = level.record_id
        AND contradiction.other_registry = level.other_registry
        AND contradiction.other_record_id = level.other_record_id
        AND contradiction.comparison = level.comparison
LEFT JOIN level_meaning ON contradiction.topic = level_meaning.topic AND level.level = level_meaning.level
-- Known to the model and no contradiction: left out. Not compared by it, or not known to us: kept, in plain words.
WHERE level_meaning.level IS NULL OR level_meaning.evidence IS NOT NULL
