-- view:  received_match
-- grain: one child of another county's exchange file and one own record that may be of the same birth
-- is_same: the same certificate; or the same day and mother's name, and either the child's name or the last signs of
-- the mother's number. Of a twin only a certificate or the child's own name can say which of the two it is.
WITH beside AS (
    SELECT
        received.birth_id AS received_id,
        record.registry,
        record.record_id
    FROM received
    INNER JOIN record ON received.certificate_no = record.certificate_no
    UNION
    SELECT
        received.birth_id AS received_id,
        record.registry,
        record.record_id
    FROM received
    INNER JOIN record ON received.mother_name = record.mother_name
    WHERE abs(date_diff('day', received.born_on, record.born_on)) <= 31
)

SELECT
    beside.received_id,
    beside.registry,
    beside.record_id,
    birth_record.birth_id,
    coalesce(received.certificate_no = record.certificate_no, FALSE)
    OR (
        coalesce(received.born_on = record.born_on AND received.mother_name = record.mother_name, FALSE)
        AND NOT coalesce(
            received.child_sex IN ('1', '2') AND record.child_sex IN ('1', '2')
            AND received.child_sex <> record.child_sex,
            FALSE
        )
        AND (
            coalesce(received.child_name = record.child_name, FALSE)
            OR (
                coalesce(right(received.mother_id_mask, 4) = right(record.mother_id_number, 4), FALSE)
                AND coalesce(record.plurality, 1) = 1
            )
        )
    ) AS is_same
FROM beside
INNER JOIN received ON beside.received_id = received.birth_id
INNER JOIN record ON beside.registry = record.registry AND beside.record_id = record.record_id
INNER JOIN birth_record ON beside.registry = birth_record.registry AND beside.record_id = birth_record.record_id
WHERE record.came_later IS NOT TRUE
