-- view:  birth
-- grain: one birth, as all registries together know it
-- is_resident: some health record says the child lives here, and none, not even a broken one, says elsewhere; a birth
-- that no health registry knows lives where it is registered. is_elsewhere: health records say only other areas.
-- deaths_are_told: as deaths_told.sql says of every county that the birth has to do with; without it nobody is visited.
-- may_live_elsewhere: it may be the same child as one of whom a health record says so.
-- Broken (quarantined) records count as presence, and against outreach; they say nothing else.
WITH told AS (
    SELECT
        birth_id,
        bool_or(role = 'civil') AS in_civil,
        bool_or(is_health) AS in_health,
        bool_or(NOT quarantined) AS has_sound_record,
        coalesce(bool_or(is_health AND NOT quarantined), FALSE) AS has_sound_health_record,
        coalesce(bool_or(is_here AND NOT quarantined) FILTER (WHERE is_health), FALSE) AS health_says_here,
        coalesce(bool_or(NOT is_here) FILTER (WHERE is_health), FALSE) AS health_says_elsewhere,
        coalesce(bool_and(is_here) FILTER (WHERE NOT is_health), FALSE) AS civil_says_here,
        -- A report is made where the family lives; a hospital writes what it was told at admission.
        arg_min(area_code, (quarantined, NOT is_health, facility_code IS NOT NULL, registry, record_id))
        FILTER (WHERE area_code IS NOT NULL) AS division_code,
        string_agg(DISTINCT 'seen:' || registry, ';' ORDER BY 'seen:' || registry)
        FILTER (WHERE NOT quarantined) AS seen_in
    FROM member
    GROUP BY birth_id
),

possible_elsewhere AS (
    SELECT DISTINCT here.birth_id
    FROM member AS there
    INNER JOIN pair_either_way
        ON there.registry = pair_either_way.other_registry AND there.record_id = pair_either_way.other_record_id
    INNER JOIN member AS here
        ON pair_either_way.registry = here.registry AND pair_either_way.record_id = here.record_id
    CROSS JOIN threshold
    WHERE
        there.is_health AND NOT there.is_here
        AND pair_either_way.match_probability >= CASE
            WHEN EXISTS (
                SELECT 1 FROM member AS own
                WHERE own.birth_id = here.birth_id AND own.registry = there.registry AND own.birth_id <> there.birth_id
            ) THEN threshold.elsewhere_duplicate
            ELSE threshold.elsewhere_match
        END
),

place AS (
    SELECT
        birth_id,
        coalesce(left(area_code, 6), '') AS county
    FROM member
    UNION
    SELECT
        birth_id,
        coalesce(part_county, '') AS county
    FROM member
),

-- A county that no registry here answers for says nothing of a death, and is not waited for.
heard AS (
    SELECT
        place.birth_id,
        CASE
            WHEN bool_and(deaths_told.until_born_on IS NOT NULL) THEN min(deaths_told.until_born_on)
        END AS until_born_on
    FROM place
    INNER JOIN deaths_told ON place.county = deaths_told.county AND deaths_told.is_answered
    WHERE place.county <> ''
    GROUP BY place.birth_id
)

SELECT
    told.birth_id,
    birth_date.born_on,
    told.division_code,
    told.in_civil,
    told.in_health,
    told.has_sound_record,
    told.has_sound_health_record,
    told.seen_in,
    date_diff('day', birth_date.born_on, night.as_of) AS days_old,
    (
        SELECT max(due_stage.stage)
        FROM due_stage
        WHERE due_stage.stage <= date_diff('day', birth_date.born_on, night.as_of)
    ) AS due_stage,
    CASE
        WHEN told.in_health THEN told.health_says_here AND NOT told.health_says_elsewhere
        ELSE told.civil_says_here
    END AS is_resident,
    told.health_says_elsewhere AND NOT told.health_says_here AS is_elsewhere,
    coalesce(
        birth_date.born_on
        <= CASE WHEN heard.birth_id IS NULL THEN deaths_told.until_born_on ELSE heard.until_born_on END,
        FALSE
    ) AS deaths_are_told,
    possible_elsewhere.birth_id IS NOT NULL AS may_live_elsewhere,
    mourned_birth.birth_id IS NOT NULL AS may_have_died
FROM told
LEFT JOIN possible_elsewhere ON told.birth_id = possible_elsewhere.birth_id
LEFT JOIN birth_date ON told.birth_id = birth_date.birth_id
LEFT JOIN mourned_birth ON told.birth_id = mourned_birth.birth_id
LEFT JOIN heard ON told.birth_id = heard.birth_id
CROSS JOIN night
INNER JOIN deaths_told ON deaths_told.county = ''
