-- view:  registry_delivery
-- grain: one registry: what it delivered, its counties' parts taken together; as good as the worst of them
SELECT
    registry,
    CASE
        WHEN bool_or(status = 'absent') THEN 'absent'
        WHEN bool_or(status <> 'fresh') THEN 'last_good'
        ELSE 'fresh'
    END AS status,
    min(from_run_id) AS from_run_id,
    bool_and(complete) AS complete,
    min(as_of) AS as_of,
    sum(rows_landed)::BIGINT AS rows_landed,
    sum(rows_accepted)::BIGINT AS rows_accepted,
    sum(rows_quarantined)::BIGINT AS rows_quarantined,
    max(period_from) AS period_from,
    min(period_to) AS period_to,
    min(reason) AS reason
FROM delivery
GROUP BY registry
ORDER BY registry
