-- view:  level
-- grain: one contradiction, from each side, with the level that the model gave the comparison of that pair
-- Only what is contradicted is looked up, row by row: all levels of all pairs of a province take ten gigabytes.
WITH levels AS (
    SELECT * EXCLUDE (match_weight, match_probability, decision)
    FROM pair
),

asked AS (
    SELECT
        contradiction.comparison AS asked_comparison,
        levels.*
    FROM contradiction
    INNER JOIN levels
        ON
            contradiction.registry = levels.registry_left AND contradiction.record_id = levels.record_id_left
            AND contradiction.other_registry = levels.registry_right
            AND contradiction.other_record_id = levels.record_id_right
),

compared AS (
    UNPIVOT asked
    ON COLUMNS(* EXCLUDE (
        asked_comparison, registry_left, record_id_left, registry_right, record_id_right
    ))
    INTO NAME comparison VALUE level
),

told AS (
    SELECT *
    FROM compared
    WHERE comparison = asked_comparison
)

SELECT
    registry_left AS registry,
    record_id_left AS record_id,
    registry_right AS other_registry,
    record_id_right AS other_record_id,
    comparison,
    level
FROM told
UNION ALL
SELECT
    registry_right AS registry,
    record_id_right AS record_id,
    registry_left AS other_registry,
    record_id_left AS other_record_id,
    comparison,
    level
FROM told
