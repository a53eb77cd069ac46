-- view:  mourned_birth
-- grain: one birth whose child died, or may be the same as a child who died (rights.md R4). The one place that says so.
-- A surviving twin is not mourned: another baby of the same delivery, told by its order, sex or certificate.
WITH lost AS (
    SELECT * FROM member WHERE vital_status = 'died'
),

suspicion AS (
    SELECT
        lost.birth_id,
        lost.birth_id AS lost_birth_id
    FROM lost
    UNION
    -- Any possible match with any record of that birth.
    SELECT
        here.birth_id,
        there.birth_id AS lost_birth_id
    FROM lost
    INNER JOIN member AS there ON lost.birth_id = there.birth_id
    INNER JOIN pair_either_way
        ON there.registry = pair_either_way.other_registry AND there.record_id = pair_either_way.other_record_id
    INNER JOIN member AS here
        ON pair_either_way.registry = here.registry AND pair_either_way.record_id = here.record_id
    CROSS JOIN threshold
    WHERE
        pair_either_way.decision IN ('link', 'review')
        OR pair_either_way.match_probability >= threshold.mourning_match
    UNION
    -- The same mother gave birth at that time: whatever the model says, it is that delivery.
    SELECT
        here.birth_id,
        lost.birth_id AS lost_birth_id
    FROM lost
    INNER JOIN member AS here ON lost.mother_key = here.mother_key
    CROSS JOIN threshold
    WHERE abs(date_diff('day', lost.born_on, here.born_on)) <= threshold.days_between_deliveries
),

other_twin AS (
    SELECT
        suspicion.birth_id,
        suspicion.lost_birth_id
    FROM suspicion
    INNER JOIN member AS alive ON suspicion.birth_id = alive.birth_id
    INNER JOIN lost ON suspicion.lost_birth_id = lost.birth_id
    LEFT JOIN pair_either_way
        ON
            alive.registry = pair_either_way.registry AND alive.record_id = pair_either_way.record_id
            AND lost.registry = pair_either_way.other_registry AND lost.record_id = pair_either_way.other_record_id
    WHERE
        suspicion.birth_id <> suspicion.lost_birth_id
        AND alive.vital_status = 'alive' AND NOT alive.quarantined
        AND alive.plurality > 1 AND lost.plurality > 1
        AND coalesce(pair_either_way.decision, 'apart') = 'apart'
        AND (
            alive.birth_order <> lost.birth_order
            OR (alive.child_sex IN ('1', '2') AND lost.child_sex IN ('1', '2') AND alive.child_sex <> lost.child_sex)
            OR alive.certificate_no <> lost.certificate_no
        )
)

SELECT DISTINCT suspicion.birth_id
FROM suspicion
ANTI JOIN other_twin
    ON suspicion.birth_id = other_twin.birth_id AND suspicion.lost_birth_id = other_twin.lost_birth_id
