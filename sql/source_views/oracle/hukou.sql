-- view:      hukou_registration: one row a registered child
-- for:       the administrator of the registry, Oracle. Names on the right of the dots are examples: put your own.
-- untried:   no server was at hand; the statements were parsed, not run (docs/sources.md)
-- contract:  every column below, by these names; what your registry does not record stays as NULL.
--            hedui reads nothing else.
-- reads:     resident (常住人口), one row a registered person
-- never add: relationship to the head as it is coded (GB/T 4761: 21 only son, 22 eldest son … 27 adopted tell birth
--            order and adoption), household number, ethnicity, religion, marital status, education, occupation,
--            military status, photo, reason of late registration, fees or penalties of any kind
-- why never: hedui finds children who have no registration. It must not be able to judge families
--            (docs/rights.md R1, R2); a delivered file that holds such a column is refused whole.
CREATE OR REPLACE VIEW hukou_registration AS
WITH member AS (
    SELECT
        resident.registration_id,
        resident.household_no,
        resident.name,
        resident.sex_code,
        resident.born_on,
        resident.id_number,
        resident.certificate_no,
        resident.guardian_one_name,
        resident.guardian_one_id_number,
        resident.guardian_one_sex_code,
        resident.guardian_two_name,
        resident.guardian_two_id_number,
        resident.guardian_two_sex_code,
        resident.address_code,
        resident.registered_on,
        resident.updated_at,
        -- Collapsed here, at the source: the second digit (21 only son, 22 eldest … 26, 27 adopted) would tell birth
        -- order and adoption (GB/T 4761-2008). All that is needed is whether the head of the household is a parent.
        CASE
            WHEN substr(trim(resident.relationship_code), 1, 1) = '0' THEN 'head'
            WHEN substr(trim(resident.relationship_code), 1, 1) = '1' THEN 'spouse'
            WHEN substr(trim(resident.relationship_code), 1, 1) IN ('2', '3') THEN 'child'
            WHEN substr(trim(resident.relationship_code), 1, 1) = '4' THEN 'grandchild'
            WHEN substr(trim(resident.relationship_code), 1, 1) = '5' THEN 'parent'
            WHEN substr(trim(resident.relationship_code), 1, 1) = '6' THEN 'grandparent'
            WHEN substr(trim(resident.relationship_code), 1, 1) = '7' THEN 'sibling'
            ELSE 'other'
        END AS relationship
    -- Cancelled registrations stay in: a child who was registered and died must not look unregistered, or the family
    -- would be visited (docs/rights.md R4).
    FROM resident
),

-- The head of a household is a child's parent only where the child is the head's own.
-- A grandchild's parents are not guessed.
parent AS (
    SELECT
        child.registration_id,
        head.name,
        head.id_number,
        head.sex_code
    FROM member child
    INNER JOIN member head ON child.household_no = head.household_no AND head.relationship = 'head'
    WHERE child.relationship = 'child'
)

SELECT
    child.registration_id,
    child.certificate_no,
    child.name AS child_name,
    child.sex_code AS child_sex,
    child.born_on,
    child.id_number AS child_id_number,
    -- Guardians as registered come first: they are written for this child; the head is a fallback.
    coalesce(
        CASE WHEN child.guardian_one_sex_code = '2' THEN child.guardian_one_name END,
        CASE WHEN child.guardian_two_sex_code = '2' THEN child.guardian_two_name END,
        mother.name
    ) AS mother_name,
    coalesce(
        CASE WHEN child.guardian_one_sex_code = '2' THEN child.guardian_one_id_number END,
        CASE WHEN child.guardian_two_sex_code = '2' THEN child.guardian_two_id_number END,
        mother.id_number
    ) AS mother_id_number,
    coalesce(
        CASE WHEN child.guardian_one_sex_code = '1' THEN child.guardian_one_name END,
        CASE WHEN child.guardian_two_sex_code = '1' THEN child.guardian_two_name END,
        father.name
    ) AS father_name,
    coalesce(
        CASE WHEN child.guardian_one_sex_code = '1' THEN child.guardian_one_id_number END,
        CASE WHEN child.guardian_two_sex_code = '1' THEN child.guardian_two_id_number END,
        father.id_number
    ) AS father_id_number,
    -- Twelve digits: county 6, township 9, village 12. Fill up with zeros what your registry keeps shorter.
    rpad(trim(child.address_code), 12, '0') AS division_code,
    child.registered_on,
    child.updated_at
FROM member child
LEFT JOIN parent mother ON child.registration_id = mother.registration_id AND mother.sex_code = '2'
LEFT JOIN parent father ON child.registration_id = father.registration_id AND father.sex_code = '1'
-- Children only. Older people are none of hedui's business; eight years leave room for late registrations.
WHERE child.born_on >= add_months(trunc(sysdate), -96);

-- Read-only: the account sees this view and nothing behind it. It finds it by a synonym of its own.
-- CREATE USER hedui …; GRANT CREATE SESSION TO hedui; -- by your own means, never in a file of this kind
GRANT SELECT ON hukou_registration TO hedui;
-- CREATE SYNONYM hedui.hukou_registration FOR hukou_registration; -- by an account with CREATE ANY SYNONYM
