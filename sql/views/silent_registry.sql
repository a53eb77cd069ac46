-- view:  silent_registry
-- grain: one birth and a registry of which it may not be said tonight that the birth is not in there
-- Where one of its records lives, that registry's delivery did not arrive, not whole, or not for the day of birth. Of a
-- county's part that never came nothing is known at all: it may hold whoever has a parent's number from there.
SELECT
    member.birth_id,
    delivery.registry
FROM member
INNER JOIN birth_date ON member.birth_id = birth_date.birth_id
INNER JOIN county_delivery AS delivery ON left(member.area_code, 6) = delivery.place_county
WHERE
    NOT (
        delivery.status = 'fresh' AND delivery.complete
        AND birth_date.born_on BETWEEN delivery.period_from AND delivery.period_to
    )
UNION
SELECT
    member.birth_id,
    delivery.registry
FROM member
INNER JOIN delivery
    ON delivery.county IN (left(member.mother_id_number, 6), left(member.father_id_number, 6))
WHERE delivery.status = 'absent' AND delivery.county <> ''
