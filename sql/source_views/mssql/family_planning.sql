-- view:      family_planning_birth: one row a reported live birth
-- for:       the administrator of the registry, SQL Server. Names on the right of the dots are examples: put your own.
-- untried:   no server was at hand; the statements were parsed, not run (docs/sources.md)
-- contract:  every column below, by these names; what your registry does not record stays as NULL.
--            hedui reads nothing else.
-- reads:     birth_report (出生报告), one row a reported birth; person (全员人口), one row a person
-- never add: 孩次 (order among the mother's children), 政策属性 (policy conformity), permits (生育证, 准生证, 再生育),
--            contraception, pregnancy checks, sterilisation, fees, fines, 独生子女 status, marital status, ethnicity,
--            and the relationship to the head as it is coded (GB/T 4761: 21 only son, 22 eldest son … 27 adopted)
-- why never: hedui finds children who have no registration. It must not be able to judge families
--            (docs/rights.md R1, R2); a delivered file that holds such a column is refused whole.
CREATE OR ALTER VIEW family_planning_birth AS
WITH member AS (
    SELECT
        person.person_id,
        person.household_no,
        person.name,
        person.sex_code,
        person.id_number,
        -- Collapsed here, at the source: the second digit (21 only son, 22 eldest … 26, 27 adopted) would tell birth
        -- order and adoption (GB/T 4761-2008). All that is needed is whether the head of the household is a parent.
        CASE
            WHEN substring(ltrim(person.relationship_code), 1, 1) = '0' THEN 'head'
            WHEN substring(ltrim(person.relationship_code), 1, 1) = '1' THEN 'spouse'
            WHEN substring(ltrim(person.relationship_code), 1, 1) IN ('2', '3') THEN 'child'
            WHEN substring(ltrim(person.relationship_code), 1, 1) = '4' THEN 'grandchild'
            WHEN substring(ltrim(person.relationship_code), 1, 1) = '5' THEN 'parent'
            WHEN substring(ltrim(person.relationship_code), 1, 1) = '6' THEN 'grandparent'
            WHEN substring(ltrim(person.relationship_code), 1, 1) = '7' THEN 'sibling'
            ELSE 'other'
        END AS relationship
    FROM person
),

-- The head of a household is a child's parent only where the child is the head's own.
-- A grandchild's parents are not guessed.
parent AS (
    SELECT
        child.person_id,
        head.name,
        head.id_number,
        head.sex_code
    FROM member AS child
    INNER JOIN member AS head ON child.household_no = head.household_no AND head.relationship = 'head'
    WHERE child.relationship = 'child'
)

SELECT
    report.report_id,
    report.reporting_unit_code,
    report.child_name,
    report.child_sex_code AS child_sex,
    report.born_on,
    -- The report's own words come first; the head of the household is a fallback.
    COALESCE(report.mother_name, mother.name) AS mother_name,
    COALESCE(report.mother_id_number, mother.id_number) AS mother_id_number,
    COALESCE(report.father_name, father.name) AS father_name,
    -- Family-planning codes have 15 digits, the last three a village group: cut to the village.
    LEFT(report.address_code + '000000000000', 12) AS division_code,
    report.reported_on,
    report.updated_at
FROM birth_report AS report
LEFT JOIN parent AS mother ON report.child_person_id = mother.person_id AND mother.sex_code = '2'
LEFT JOIN parent AS father ON report.child_person_id = father.person_id AND father.sex_code = '1'
WHERE report.withdrawn_on IS NULL;
GO

-- Read-only: the account sees this view and nothing behind it.
-- CREATE USER hedui FOR LOGIN hedui; -- its login by your own means, never in a file of this kind
GRANT SELECT ON family_planning_birth TO hedui;
