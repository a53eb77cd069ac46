-- view:  difference
-- grain: one field in which a record contradicts a record of another registry of the same birth, with the kind of
-- difference; each pair stands here twice, once from each side
WITH topic AS (
    SELECT *
    FROM (
        VALUES
        ('child_name', 'name', 'child_name', 'other_name'),
        ('mother_name', 'name', 'mother_name', 'other_name'),
        ('father_name', 'name', 'father_name', 'other_name'),
        ('mother_id_number', 'number', 'mother_id', 'other_number'),
        ('father_id_number', 'number', 'father_id', 'other_number'),
        ('born_on', 'born_on', 'born_on', 'other_date'),
        ('child_sex', 'sex', 'sex', 'other_sex'),
        ('division_code', 'area', 'area', 'other_area')
    ) AS each_field (field, topic, comparison, plain_evidence)
),

contradiction AS (
    SELECT
        here.birth_id,
        here.field,
        here.registry,
        here.record_id,
        there.registry AS other_registry,
        there.record_id AS other_record_id,
        topic.topic,
        topic.comparison,
        topic.plain_evidence,
        here.is_health <> there.is_health AS crosses_roles,
        substr(here.compared, 2) = substr(there.compared, 2) AS only_first_differs
    FROM comparable AS here
    INNER JOIN comparable AS there ON here.birth_id = there.birth_id AND here.field = there.field
    INNER JOIN topic ON here.field = topic.field
    WHERE
        here.registry <> there.registry
        -- A prefix, because the old number lacks the check digit.
        AND NOT starts_with(here.compared, there.compared)
        AND NOT starts_with(there.compared, here.compared)
        -- A child may be registered where its father lives; only another county contradicts a mother's residence.
        AND NOT (here.field = 'division_code' AND crosses_roles AND left(here.compared, 6) = left(there.compared, 6))
)

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
