-- view:  deaths_told
-- grain: one row: the last day of birth for which every registry that can say that a child died has delivered
-- Null where one of them is silent: then nobody is visited, for a bereaved family might be (rights.md R4).
SELECT
    CASE
        WHEN count(*) = 0 THEN 'infinity'::DATE
        WHEN
            bool_and(
                coalesce(
                    ((delivery.status = 'fresh' AND delivery.complete) OR delivery.status = 'last_good')
                    AND delivery.period_to IS NOT NULL,
                    FALSE
                )
            )
            THEN min(delivery.period_to)
    END AS until_born_on
FROM registry_role
LEFT JOIN delivery ON registry_role.registry = delivery.registry
WHERE registry_role.tells_deaths
