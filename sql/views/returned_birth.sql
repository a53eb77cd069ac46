-- view:  returned_birth
-- grain: one birth that some registry holds, with everything by which a monthly return counts it
-- A birth counts where it lives by the one address that `birth` chose, and once, whatever records there are of it.
-- fate: counted, or why not. standing: of a counted birth, the one of four that it is in; registered comes first, so
-- a child who was registered and died stays registered.
-- known_on: the day on which some registry could first tell of it. A hospital writes at the birth; its date of issue
-- may be weeks later and is no measure of when the birth was known.
WITH held AS (
    SELECT
        member.birth_id,
        string_agg(DISTINCT member.registry, ';' ORDER BY member.registry) AS held_by,
        count(*) - count(DISTINCT member.registry) AS repeated,
        bool_or(member.facility_code IS NOT NULL) AS in_hospital,
        bool_or(member.vital_status = 'died')
        OR bool_or(told_death.record_id IS NOT NULL) AS has_died,
        count_if(member.child_sex = '1' AND NOT member.quarantined) AS said_male,
        count_if(member.child_sex = '2' AND NOT member.quarantined) AS said_female,
        arg_min(member.child_sex, (member.is_health, member.registry, member.record_id))
        FILTER (WHERE member.child_sex IN ('1', '2') AND NOT member.quarantined) AS said_first,
        min(member.recorded_on) FILTER (WHERE NOT member.is_health AND NOT member.quarantined) AS civil_recorded_on,
        min(member.recorded_on) FILTER (WHERE member.facility_code IS NULL AND NOT member.quarantined) AS told_on
    FROM member
    LEFT JOIN told_death ON member.registry = told_death.registry AND member.record_id = told_death.record_id
    GROUP BY member.birth_id
),

known AS (
    SELECT
        birth.birth_id,
        birth.born_on,
        birth.has_sound_record,
        birth.days_old,
        held.held_by,
        held.repeated,
        held.in_hospital,
        answer.code,
        CASE WHEN answer.figure = 'transferred' THEN answer.division_code ELSE birth.division_code END AS division_code,
        CASE
            WHEN held.said_male > held.said_female THEN '1'
            WHEN held.said_female > held.said_male THEN '2'
            ELSE held.said_first
        END AS child_sex,
        birth.in_civil OR coalesce(answer.figure IN ('registered', 'registered_elsewhere'), FALSE) AS is_registered,
        held.has_died OR coalesce(answer.figure = 'died', FALSE) AS has_died,
        answer.figure,
        answer.answered_on,
        coalesce(held.civil_recorded_on, answer.registered_on) AS registered_on,
        CASE
            WHEN held.in_hospital THEN birth.born_on
            ELSE greatest(birth.born_on, coalesce(held.told_on, birth.born_on))
        END AS known_on
    FROM birth
    INNER JOIN held ON birth.birth_id = held.birth_id
    LEFT JOIN answer ON birth.birth_id = answer.birth_id
)

SELECT
    known.birth_id,
    known.born_on,
    strftime(known.born_on, '%Y-%m') AS born_in,
    left(known.division_code, 9) AS township_code,
    known.child_sex,
    known.in_hospital,
    known.held_by,
    known.repeated,
    known.known_on,
    known.registered_on,
    known.answered_on,
    known.code AS answer_code,
    known.figure,
    known.days_old,
    -- A date of registration far before the birth is a slip: the child is registered, but nobody knows when.
    date_diff('day', known.born_on, known.registered_on)
    BETWEEN -threshold.days_of_small_slip AND threshold.days_until_due AS is_timely,
    CASE
        WHEN known.figure = 'removed' THEN 'removed'
        WHEN NOT known.has_sound_record THEN 'unsound'
        WHEN known.figure = 'excluded' THEN 'other_pathway'
        WHEN known.born_on IS NULL THEN 'no_date'
        WHEN known.division_code IS NULL AND known.figure = 'transferred' THEN 'elsewhere'
        WHEN known.division_code IS NULL THEN 'no_area'
        WHEN NOT EXISTS (FROM served_area WHERE starts_with(known.division_code, served_area.prefix)) THEN 'elsewhere'
        ELSE 'counted'
    END AS fate,
    CASE
        WHEN known.is_registered THEN 'registered'
        WHEN known.has_died THEN 'died'
        WHEN known.days_old < threshold.days_until_due THEN 'not_yet_due'
        ELSE 'overdue'
    END AS standing
FROM known
CROSS JOIN threshold
