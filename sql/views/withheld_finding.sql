-- view:  withheld_finding
-- grain: one open finding that this night cannot judge, because what it rests on did not arrive: it stays as it is
-- An absence is judged where it may be said, or where the registry holds the birth after all; a problem of a record,
-- where its registry delivered at some time (a last good snapshot still says what it said).
SELECT open_finding.finding_id
FROM open_finding
INNER JOIN registry_role ON open_finding.kind = registry_role.absence
LEFT JOIN delivery ON registry_role.registry = delivery.registry
LEFT JOIN birth ON open_finding.birth_id = birth.birth_id
ANTI JOIN member ON open_finding.birth_id = member.birth_id AND registry_role.registry = member.registry
WHERE
    delivery.status IS DISTINCT FROM 'fresh'
    OR NOT delivery.complete
    OR birth.born_on NOT BETWEEN delivery.period_from AND delivery.period_to
    -- Nobody is visited, and nothing said to be settled, while those that tell of deaths are silent.
    OR NOT birth.deaths_are_told
UNION
SELECT open_finding.finding_id
FROM open_finding
LEFT JOIN delivery ON open_finding.registry = delivery.registry
WHERE open_finding.registry IS NOT NULL AND coalesce(delivery.status, 'absent') = 'absent'
UNION
SELECT open_finding.finding_id
FROM open_finding
LEFT JOIN delivery ON open_finding.other_registry = delivery.registry
WHERE open_finding.other_registry IS NOT NULL AND coalesce(delivery.status, 'absent') = 'absent'
UNION
-- A child of another county's file, while nothing may be said of it.
SELECT open_finding.finding_id
FROM open_finding
INNER JOIN received_child ON open_finding.birth_id = received_child.birth_id
WHERE
    NOT received_child.may_be_said
    AND NOT received_child.is_registered AND NOT received_child.is_known AND NOT received_child.may_have_died
UNION
-- A birth that is not here tonight, while some registry that may hold it is not either.
SELECT open_finding.finding_id
FROM open_finding
ANTI JOIN birth ON open_finding.birth_id = birth.birth_id
WHERE EXISTS (SELECT 1 FROM delivery WHERE delivery.status = 'absent')
