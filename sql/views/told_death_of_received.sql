-- what:  the own records beside a child of another county's file of whom a desk said that it died (rights.md R4)
INSERT INTO told_death
SELECT DISTINCT
    received_match.registry,
    received_match.record_id
FROM received_match
INNER JOIN told_death
    ON received_match.received_id = told_death.record_id AND told_death.registry = 'other_county'
