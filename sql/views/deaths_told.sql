-- view:  deaths_told
-- grain: one county: the last day of birth for which every registry that can say that a child died there has delivered
-- Null where one of them is silent: then nobody is visited, for a bereaved family might be (rights.md R4).
-- The row without a county is of all deliveries together, for births of which nobody says where they live.
-- is_answered: some such registry is to be delivered for the county at all.
WITH place AS (
    SELECT DISTINCT place_county AS county
    FROM county_delivery
    UNION
    SELECT DISTINCT county
    FROM delivery
    UNION
    SELECT '' AS county
),

asked AS (
    SELECT
        place.county,
        registry_role.registry
    FROM place
    LEFT JOIN registry_role ON registry_role.tells_deaths
),

answer AS (
    SELECT
        asked.county,
        asked.registry,
        delivery.registry AS answered_by,
        ((delivery.status = 'fresh' AND delivery.complete) OR delivery.status = 'last_good')
        AND delivery.period_to IS NOT NULL AS is_told,
        delivery.period_to
    FROM asked
    LEFT JOIN delivery
        ON asked.registry = delivery.registry AND (asked.county = '' OR delivery.county IN ('', asked.county))
    QUALIFY
        asked.county = ''
        OR row_number() OVER (PARTITION BY asked.county, asked.registry ORDER BY delivery.county DESC) = 1
)

SELECT
    county,
    CASE
        WHEN count(registry) = 0 THEN 'infinity'::DATE
        WHEN bool_and(coalesce(is_told, FALSE)) THEN min(period_to)
    END AS until_born_on,
    count(answered_by) > 0 OR count(registry) = 0 AS is_answered
FROM answer
GROUP BY county
