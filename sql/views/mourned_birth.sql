-- view:  mourned_birth
-- grain: one birth whose child died, or may be the same as a child who died (rights.md R4). The one place that says so.
-- A surviving twin is not mourned: another baby of the same delivery, told by its order, sex or certificate; unless one
-- of its records may as well be of the twin who died.
WITH lost AS (
    SELECT * FROM member
    WHERE
        vital_status = 'died'
        -- A desk that asked the family knows what no registry does.
        OR (registry, record_id) IN (SELECT (told_death.registry, told_death.record_id) FROM told_death)
),

-- Any possible match of one of its records with any record of that birth.
possible AS (
    SELECT
        here.birth_id,
        here.registry,
        here.record_id,
        lost.birth_id AS lost_birth_id
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
),

-- The same mother gave birth at that time: whatever the model says, it is that delivery.
same_delivery AS (
    SELECT
        here.birth_id,
        lost.birth_id AS lost_birth_id
    FROM lost
    INNER JOIN member AS here ON lost.mother_key = here.mother_key
    CROSS JOIN threshold
    WHERE abs(date_diff('day', lost.born_on, here.born_on)) <= threshold.days_between_deliveries
),

-- A report without the mother's number, of a birth that no facility holds, beside a child who died within two months of
-- it and whose mother's name is written or sounds the same: too little to link, too much to knock at the door.
same_name AS (
    SELECT
        here.birth_id,
        lost.birth_id AS lost_birth_id
    FROM lost
    INNER JOIN member AS here ON lost.birth_id <> here.birth_id AND here.is_health
    LEFT JOIN pair_either_way
        ON
            here.registry = pair_either_way.registry AND here.record_id = pair_either_way.record_id
            AND lost.registry = pair_either_way.other_registry AND lost.record_id = pair_either_way.other_record_id
    CROSS JOIN threshold
    WHERE
        (
            lost.mother_name = here.mother_name
            OR pair_either_way.mother_name IN (
                'exact', 'variant', 'same_tone', 'same_sound', 'near_sound', 'look_alike', 'placeholder',
                'transliteration'
            )
        )
        AND here.mother_id_number IS NULL AND here.facility_code IS NULL
        AND abs(date_diff('day', lost.born_on, here.born_on)) <= threshold.days_of_mourning
        AND here.birth_id NOT IN (SELECT held.birth_id FROM member AS held WHERE held.facility_code IS NOT NULL)
),

other_twin AS (
    SELECT
        alive.birth_id,
        alive.registry,
        alive.record_id,
        lost.birth_id AS lost_birth_id
    FROM lost
    INNER JOIN member AS alive
        ON
            lost.birth_id <> alive.birth_id
            AND (lost.mother_key = alive.mother_key OR lost.mother_name = alive.mother_name)
    LEFT JOIN pair_either_way
        ON
            alive.registry = pair_either_way.registry AND alive.record_id = pair_either_way.record_id
            AND lost.registry = pair_either_way.other_registry AND lost.record_id = pair_either_way.other_record_id
    WHERE
        alive.vital_status = 'alive' AND NOT alive.quarantined
        AND alive.plurality > 1 AND lost.plurality > 1
        AND coalesce(pair_either_way.decision, 'apart') = 'apart'
        AND (
            alive.birth_order <> lost.birth_order
            OR (alive.child_sex IN ('1', '2') AND lost.child_sex IN ('1', '2') AND alive.child_sex <> lost.child_sex)
            OR alive.certificate_no <> lost.certificate_no
        )
)

SELECT lost.birth_id
FROM lost
UNION
-- The living twin's own record is cleared; a report that may be of either twin is not, and takes its birth along.
SELECT possible.birth_id
FROM possible
ANTI JOIN other_twin
    ON
        possible.registry = other_twin.registry AND possible.record_id = other_twin.record_id
        AND possible.lost_birth_id = other_twin.lost_birth_id
UNION
SELECT same_delivery.birth_id
FROM same_delivery
ANTI JOIN other_twin
    ON same_delivery.birth_id = other_twin.birth_id AND same_delivery.lost_birth_id = other_twin.lost_birth_id
UNION
SELECT same_name.birth_id
FROM same_name
