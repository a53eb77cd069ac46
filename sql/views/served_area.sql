-- view:  served_area
-- grain: one division-code prefix that this installation serves
-- Given by HEDUI_AREA; without it, the counties that occur in the civil registry.
WITH county AS (
    SELECT
        left(record.area_code, 6) AS area_prefix,
        count(*) AS record_count
    FROM record
    INNER JOIN registry_role ON record.registry = registry_role.registry AND registry_role.role = 'civil'
    WHERE record.area_code IS NOT NULL
    GROUP BY ALL
)

SELECT given_area.prefix
FROM given_area
UNION ALL
SELECT county.area_prefix
FROM county
CROSS JOIN night
WHERE
    NOT EXISTS (SELECT given_area.prefix FROM given_area)
    AND county.record_count >= night.served_county_share * (SELECT max(largest.record_count) FROM county AS largest)
