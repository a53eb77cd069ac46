-- view:  contested_name
-- grain: one distinct name, of those that a birth's records write in more than one way
SELECT DISTINCT stated_value
FROM stated
WHERE field IN ('child_name', 'mother_name', 'father_name')
QUALIFY
    min(stated_value) OVER (PARTITION BY birth_id, field) <> max(stated_value) OVER (PARTITION BY birth_id, field)
