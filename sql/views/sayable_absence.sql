-- view:  sayable_absence
-- grain: one birth and a registry of which it may be said: it is not in there. The one place that says so.
-- Absence needs presence (design.md): the registry delivered tonight, whole, for the day on which the child was born,
-- and the child lives in the area that it answers for; so did every part of it that may hold the child. A broken row of
-- that registry is still a presence.
SELECT
    birth.birth_id,
    registry_role.registry,
    registry_role.absence AS kind
FROM birth
CROSS JOIN registry_role
INNER JOIN county_delivery AS delivery
    ON registry_role.registry = delivery.registry AND left(birth.division_code, 6) = delivery.place_county
ANTI JOIN member ON birth.birth_id = member.birth_id AND registry_role.registry = member.registry
ANTI JOIN probable_holder
    ON birth.birth_id = probable_holder.birth_id AND registry_role.registry = probable_holder.registry
ANTI JOIN silent_registry
    ON birth.birth_id = silent_registry.birth_id AND registry_role.registry = silent_registry.registry
WHERE
    -- Of some registries nobody asks who is missing from them: they tell of births, and no more.
    registry_role.absence IS NOT NULL
    AND delivery.status = 'fresh' AND delivery.complete
    AND birth.born_on BETWEEN delivery.period_from AND delivery.period_to
    AND birth.is_resident
