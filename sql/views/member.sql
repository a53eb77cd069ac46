-- view:  member
-- grain: one record, with the birth that it belongs to
-- A record that came after the as-of day is linked, so that its birth keeps its id, but this night knows nothing of it.
-- The mother's number is turned into a key of this night alone (rights.md R2): it joins deliveries, it prints nothing.
-- part_county, part_prefix: which county's part of its registry it came with; empty for a registry that came whole.
WITH placed AS (
    SELECT
        code.area_code,
        EXISTS (FROM served_area WHERE starts_with(code.area_code, served_area.prefix)) AS is_here
    FROM (SELECT DISTINCT record.area_code FROM record WHERE record.area_code IS NOT NULL) AS code
),

in_parts AS (
    SELECT DISTINCT registry
    FROM delivery
    WHERE prefix <> ''
)

SELECT
    birth_record.birth_id,
    birth_record.match_probability,
    registry_role.role,
    record.*,
    registry_role.role = 'health' AS is_health,
    placed.is_here,
    delivery.county AS part_county,
    delivery.prefix AS part_prefix,
    CASE length(record.mother_id_number)
        WHEN 18 THEN sha256(night.salt || left(record.mother_id_number, 17))
        -- The old 15-digit number is the new one without the century and the check digit (GB 11643).
        WHEN 15
            THEN sha256(night.salt || left(record.mother_id_number, 6) || '19' || substr(record.mother_id_number, 7))
    END AS mother_key
FROM birth_record
INNER JOIN record ON birth_record.registry = record.registry AND birth_record.record_id = record.record_id
INNER JOIN registry_role ON birth_record.registry = registry_role.registry
CROSS JOIN night
LEFT JOIN placed ON record.area_code = placed.area_code
LEFT JOIN in_parts ON record.registry = in_parts.registry
LEFT JOIN delivery
    ON
        record.registry = delivery.registry
        AND delivery.prefix = CASE
            WHEN in_parts.registry IS NOT NULL AND substr(record.record_id, 7, 2) = '::' THEN left(record.record_id, 8)
            ELSE ''
        END
WHERE record.came_later IS NOT TRUE
