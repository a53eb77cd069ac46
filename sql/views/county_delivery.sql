-- view:  county_delivery
-- grain: one registry and a county in which some record or received child lives: the delivery that answers for it
-- Its own part where the county delivers one, else what all such counties share; none where neither is to come.
WITH place AS (
    SELECT left(area_code, 6) AS county
    FROM record
    WHERE area_code IS NOT NULL
    UNION
    SELECT left(residence_code, 6) AS county
    FROM received
)

SELECT
    place.county AS place_county,
    delivery.*
FROM place
INNER JOIN delivery ON delivery.county IN ('', place.county)
QUALIFY row_number() OVER (PARTITION BY delivery.registry, place.county ORDER BY delivery.county DESC) = 1
