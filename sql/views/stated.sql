-- view:  stated
-- grain: one field of one sound record, of a birth that more than one sound record tells of; missing says nothing
WITH told AS (
    SELECT
        birth_id,
        registry,
        record_id,
        is_health,
        child_name,
        mother_name,
        father_name,
        mother_id_number,
        father_id_number,
        strftime(born_on, '%Y-%m-%d') AS born_on,
        -- 0 and 9 are "unknown" and "not stated" (GB/T 2261.1).
        nullif(nullif(child_sex, '0'), '9') AS child_sex,
        area_code AS division_code
    FROM member
    WHERE NOT quarantined
    QUALIFY count(*) OVER (PARTITION BY birth_id) > 1
)

SELECT
    birth_id,
    registry,
    record_id,
    is_health,
    field,
    stated_value
FROM told
UNPIVOT (
    stated_value FOR field IN (
        child_name, mother_name, father_name, mother_id_number, father_id_number, born_on, child_sex, division_code
    )
)
