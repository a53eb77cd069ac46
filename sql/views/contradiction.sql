-- view:  contradiction
-- grain: one field in which two records of different registries of one birth do not say the same, once from each side
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
)

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
