-- view:  probable_holder
-- grain: one birth and a registry that probably holds it: a record there waits for the steward with good odds
SELECT DISTINCT
    member.birth_id,
    pair_either_way.other_registry AS registry
FROM pair_either_way
INNER JOIN member ON pair_either_way.registry = member.registry AND pair_either_way.record_id = member.record_id
CROSS JOIN threshold
WHERE pair_either_way.decision = 'review' AND pair_either_way.match_probability >= threshold.probable_match
