-- view:  level
-- grain: one comparison of one pair of records of the same birth, from each side, with the level that the model gave it
WITH same_birth AS (
    SELECT
        here.registry AS registry_left,
        here.record_id AS record_id_left,
        there.registry AS registry_right,
        there.record_id AS record_id_right
    FROM birth_record AS here
    INNER JOIN birth_record AS there ON here.birth_id = there.birth_id
),

pair_of_birth AS (
    FROM pair
    SEMI JOIN same_birth USING (registry_left, record_id_left, registry_right, record_id_right)
),

compared AS (
    UNPIVOT pair_of_birth
    ON COLUMNS(* EXCLUDE (
        registry_left, record_id_left, registry_right, record_id_right, match_weight, match_probability, decision
    ))
    INTO NAME comparison VALUE level
)

SELECT
    registry_left AS registry,
    record_id_left AS record_id,
    registry_right AS other_registry,
    record_id_right AS other_record_id,
    comparison,
    level
FROM compared
UNION ALL
SELECT
    registry_right AS registry,
    record_id_right AS record_id,
    registry_left AS other_registry,
    record_id_left AS other_record_id,
    comparison,
    level
FROM compared
