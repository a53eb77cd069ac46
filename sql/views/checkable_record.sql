-- view:  checkable_record
-- grain: one civil record of a birth of which nothing is found tonight: what hedui may have overlooked
-- Only the record's own desk is asked (rights.md R3). Births not due, and bereaved families (R4), are left out.
SELECT
    member.registry,
    member.record_id,
    member.birth_id,
    birth.born_on,
    left(member.area_code, 9) AS township_code
FROM member
INNER JOIN birth ON member.birth_id = birth.birth_id
WHERE
    member.role = 'civil'
    AND NOT member.quarantined
    AND birth.is_resident
    AND NOT birth.may_have_died
    AND birth.due_stage > 0
    AND length(member.area_code) >= 9
    AND member.birth_id NOT IN (SELECT finding.birth_id FROM finding WHERE finding.birth_id IS NOT NULL)
QUALIFY row_number() OVER (PARTITION BY member.birth_id ORDER BY member.registry, member.record_id) = 1
ORDER BY member.registry, member.record_id
