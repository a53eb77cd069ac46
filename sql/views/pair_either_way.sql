-- view:  pair_either_way
-- grain: one pair of records, from each side: who asks of a record need not know on which side it was written
SELECT
    registry_left AS registry,
    record_id_left AS record_id,
    registry_right AS other_registry,
    record_id_right AS other_record_id,
    decision,
    match_weight,
    match_probability,
    mother_name
FROM pair
UNION ALL
SELECT
    registry_right AS registry,
    record_id_right AS record_id,
    registry_left AS other_registry,
    record_id_left AS other_record_id,
    decision,
    match_weight,
    match_probability,
    mother_name
FROM pair
