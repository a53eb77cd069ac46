-- kind:     possible_match
-- question: Which pairs of records will the model not decide?
-- needs:    nothing
-- to:       the county's data steward, review page
-- anchor:   registry, record_id, other_registry, other_record_id
-- source:   linkage.md: the middle band is a person's to decide
WITH either_way AS (
    SELECT * FROM asked_pair
    UNION ALL
    SELECT
        asked_pair.other_registry,
        asked_pair.other_record_id,
        asked_pair.registry,
        asked_pair.record_id,
        asked_pair.evidence
    FROM asked_pair
),

asked AS (
    SELECT
        registry,
        record_id,
        other_registry,
        other_record_id,
        min(evidence) AS evidence
    FROM either_way
    GROUP BY ALL
)

SELECT
    member.birth_id,
    member.registry,
    member.record_id,
    pair_either_way.other_registry,
    pair_either_way.other_record_id,
    nullif(
        concat_ws(
            ';', asked.evidence, CASE WHEN member.registry = other.registry THEN 'same_registry' END
        ), ''
    ) AS evidence,
    coalesce(member.area_code, other.area_code) AS division_code
FROM pair_either_way
INNER JOIN member ON pair_either_way.registry = member.registry AND pair_either_way.record_id = member.record_id
INNER JOIN member AS other
    ON pair_either_way.other_registry = other.registry AND pair_either_way.other_record_id = other.record_id
INNER JOIN birth ON member.birth_id = birth.birth_id
INNER JOIN birth AS other_birth ON other.birth_id = other_birth.birth_id
CROSS JOIN threshold
LEFT JOIN asked
    ON
        member.registry = asked.registry AND member.record_id = asked.record_id
        AND other.registry = asked.other_registry AND other.record_id = asked.other_record_id
WHERE
    (
        pair_either_way.decision = 'review'
        -- Drawn at random for the labelled sample, or decided in ways that contradict each other.
        OR asked.registry IS NOT NULL
        -- What keeps a child off the list because it may live elsewhere is never left without an eye on it.
        OR (
            pair_either_way.match_probability >= threshold.elsewhere_match
            AND member.birth_id <> other.birth_id
            AND (
                (
                    birth.may_live_elsewhere AND birth.is_resident AND NOT birth.in_civil
                    AND other.is_health AND NOT other.is_here
                )
                OR (
                    other_birth.may_live_elsewhere AND other_birth.is_resident AND NOT other_birth.in_civil
                    AND member.is_health AND NOT member.is_here
                )
            )
        )
    )
    -- Each pair once, whichever side the model wrote first.
    AND (member.registry, member.record_id) < (other.registry, other.record_id)
    AND NOT (member.quarantined AND other.quarantined)
