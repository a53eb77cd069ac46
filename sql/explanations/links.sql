-- question: How did the model compare the records of a birth, or the two records of a pair?
-- asked:    birth_id; registry, record_id, other_registry, other_record_id of a pair, empty for a birth
SELECT pair.*
FROM pair
INNER JOIN birth_record AS here ON pair.registry_left = here.registry AND pair.record_id_left = here.record_id
INNER JOIN birth_record AS there ON pair.registry_right = there.registry AND pair.record_id_right = there.record_id
CROSS JOIN asked
WHERE
    (asked.other_registry IS NULL AND here.birth_id = asked.birth_id AND there.birth_id = asked.birth_id)
    OR (
        (here.registry, here.record_id) = (asked.registry, asked.record_id)
        AND (there.registry, there.record_id) = (asked.other_registry, asked.other_record_id)
    )
    OR (
        (there.registry, there.record_id) = (asked.registry, asked.record_id)
        AND (here.registry, here.record_id) = (asked.other_registry, asked.other_record_id)
    )
ORDER BY pair.registry_left, pair.record_id_left, pair.registry_right, pair.record_id_right
