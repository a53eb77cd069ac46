-- kind:     invalid_identifier
-- question: Which numbers contradict themselves, or the record they stand in?
-- needs:    nothing
-- to:       the registry that holds the record
-- anchor:   registry, record_id, field
-- source:   GB 11643 (check digit, date and sex inside the number); spreadsheet damage: domain.md 1.1
SELECT
    member.birth_id,
    member.registry,
    member.record_id,
    note.field,
    member.area_code AS division_code,
    string_agg(DISTINCT note.code, ';' ORDER BY note.code) AS evidence
FROM note
INNER JOIN member ON note.registry = member.registry AND note.record_id = member.record_id
WHERE NOT member.quarantined AND (note.field LIKE '%\_id\_number' ESCAPE '\' OR note.field = 'certificate_no')
GROUP BY ALL
