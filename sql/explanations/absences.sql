-- question: What had each registry delivered that is said not to hold a birth, and how near does a record of it come?
-- asked:    birth_id, kind
WITH nearness AS (
    SELECT
        pair_either_way.other_registry,
        pair_either_way.decision,
        pair_either_way.match_weight,
        pair_either_way.match_probability
    FROM pair_either_way
    INNER JOIN member ON pair_either_way.registry = member.registry AND pair_either_way.record_id = member.record_id
    INNER JOIN asked ON member.birth_id = asked.birth_id
)

SELECT
    registry_role.registry,
    delivery.status = 'fresh' AND delivery.complete AS speaks,
    delivery.period_from,
    delivery.period_to,
    delivery.rows_accepted,
    max(nearness.match_probability) AS match_probability,
    max(nearness.match_weight) AS match_weight,
    arg_max(nearness.decision, nearness.match_probability) AS decision
FROM registry_role
INNER JOIN asked ON registry_role.absence = asked.kind
LEFT JOIN birth ON asked.birth_id = birth.birth_id
LEFT JOIN received_child ON asked.birth_id = received_child.birth_id
INNER JOIN county_delivery AS delivery
    ON
        registry_role.registry = delivery.registry
        AND left(coalesce(birth.division_code, received_child.division_code), 6) = delivery.place_county
LEFT JOIN nearness ON registry_role.registry = nearness.other_registry
GROUP BY ALL
ORDER BY registry_role.registry
