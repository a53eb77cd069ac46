-- view:  item_month
-- grain: one registry and month of birth: how well its records are filled in
-- numbers_wrong: identity numbers of which the check character, the length, a character or the date inside is wrong.
-- ages_odd: the mother's number would make her younger than 12 or older than 60: a typing error, never a fact.
WITH wrong AS (
    SELECT
        registry,
        record_id,
        count(DISTINCT field) AS numbers
    FROM note
    WHERE field LIKE '%_id_number' AND code IN ('check_digit', 'excel_truncated', 'length', 'characters', 'birth_date')
    GROUP BY ALL
)

SELECT
    member.registry,
    returned_birth.born_in,
    count(*) AS records,
    count(*) FILTER (WHERE member.quarantined) AS broken,
    count(*) FILTER (WHERE coalesce(member.child_sex, '0') NOT IN ('1', '2')) AS no_sex,
    count(*) FILTER (WHERE member.mother_name IS NULL AND member.mother_id_number IS NULL) AS no_mother,
    count(*) FILTER (WHERE member.child_name IS NULL) AS no_name,
    sum(
        (member.child_id_number IS NOT NULL)::INTEGER
        + (member.mother_id_number IS NOT NULL)::INTEGER
        + (member.father_id_number IS NOT NULL)::INTEGER
    )::BIGINT AS numbers,
    coalesce(sum(wrong.numbers), 0)::BIGINT AS numbers_wrong,
    count(*) FILTER (
        WHERE length(member.mother_id_number) = 18
        AND year(returned_birth.born_on) - try_cast(substr(member.mother_id_number, 7, 4) AS INTEGER)
        NOT BETWEEN 12 AND 60
    ) AS ages_odd,
    count(*) - count(DISTINCT member.birth_id) AS repeated
FROM member
INNER JOIN returned_birth ON member.birth_id = returned_birth.birth_id
LEFT JOIN wrong ON member.registry = wrong.registry AND member.record_id = wrong.record_id
WHERE returned_birth.born_in IS NOT NULL
GROUP BY ALL
