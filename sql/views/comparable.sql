-- view:  comparable
-- grain: as stated, where a birth's records do not all write the same, with the value in the form that is compared
WITH contested AS (
    SELECT *
    FROM stated
    QUALIFY
        min(stated_value) OVER (PARTITION BY birth_id, field) <> max(stated_value) OVER (PARTITION BY birth_id, field)
)

SELECT
    contested.birth_id,
    contested.registry,
    contested.record_id,
    contested.is_health,
    contested.field,
    CASE
        -- A newborn without a name of its own has said nothing that could be contradicted.
        WHEN contested.field IN ('child_name', 'mother_name', 'father_name') THEN name_form.match_key
        WHEN contested.field IN ('mother_id_number', 'father_id_number') AND length(contested.stated_value) = 15
            THEN left(contested.stated_value, 6) || '19' || substr(contested.stated_value, 7)
        -- Villages are written too differently to contradict each other; townships route the work.
        WHEN contested.field = 'division_code' THEN left(contested.stated_value, 9)
        ELSE contested.stated_value
    END AS compared
FROM contested
LEFT JOIN name_form ON contested.stated_value = name_form.name
