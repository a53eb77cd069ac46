-- view:  open_pair
-- grain: one month of birth: births with a pair that waits for the steward, of those that some registry holds
SELECT
    returned_birth.born_in,
    count(DISTINCT member.birth_id) AS waiting
FROM pair_either_way
INNER JOIN member ON pair_either_way.registry = member.registry AND pair_either_way.record_id = member.record_id
INNER JOIN returned_birth ON member.birth_id = returned_birth.birth_id
WHERE pair_either_way.decision = 'review' AND returned_birth.born_in IS NOT NULL
GROUP BY ALL
