-- kind:     possible_match
-- question: Which pairs of records will the model not decide?
-- needs:    nothing
-- to:       the county's data steward, review page
-- anchor:   registry, record_id, other_registry, other_record_id
-- source:   linkage.md: the middle band is a person's to decide
SELECT
    member.birth_id,
    member.registry,
    member.record_id,
    pair_either_way.other_registry,
    pair_either_way.other_record_id,
    CASE WHEN member.registry = other.registry THEN 'same_registry' END AS evidence,
    coalesce(member.area_code, other.area_code) AS division_code
FROM pair_either_way
INNER JOIN member ON pair_either_way.registry = member.registry AND pair_either_way.record_id = member.record_id
INNER JOIN member AS other
    ON pair_either_way.other_registry = other.registry AND pair_either_way.other_record_id = other.record_id
WHERE
    pair_either_way.decision = 'review'
    -- Each pair once, whichever side the model wrote first.
    AND (member.registry, member.record_id) < (other.registry, other.record_id)
    AND NOT (member.quarantined AND other.quarantined)
