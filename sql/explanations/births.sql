-- question: How old is a birth, and which registries know it by how many records?
-- asked:    birth_id
SELECT
    birth.days_old,
    birth.due_stage,
    member.registry,
    count(*) AS record_count
FROM birth
INNER JOIN asked ON birth.birth_id = asked.birth_id
INNER JOIN member ON birth.birth_id = member.birth_id
GROUP BY ALL
ORDER BY member.registry
