-- view:  resident_village
-- grain: one village of the served area in which some birth lives
SELECT DISTINCT birth.division_code AS village_code
FROM birth
WHERE birth.is_resident AND length(birth.division_code) = 12 AND NOT birth.division_code LIKE '%000'
ORDER BY ALL
