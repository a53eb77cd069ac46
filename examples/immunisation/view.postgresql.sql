-- view:      immunisation_child: one row a child's file
-- for:       the administrator of the registry, PostgreSQL. Names on the right of the dots are examples: put your own.
-- contract:  every column below, by these names; what your registry does not record stays as NULL.
--            hedui reads nothing else.
-- reads:     child_file (儿童建档), one row a child
-- never add: vaccines, doses and dates of visits, contraindications, illnesses, infections of the mother, telephone
--            numbers; 孩次, order among the mother's children, ethnicity, marital status
-- why never: hedui finds children who have no registration. Whether a child is vaccinated is not its affair, and what
--            is not needed is not read (docs/rights.md R1); a delivered file that holds such a column is refused whole.
CREATE OR REPLACE VIEW immunisation_child AS
SELECT
    child.file_id,
    child.certificate_no,
    child.clinic_code AS reporting_unit_code,
    child.child_name,
    child.child_sex_code AS child_sex,
    child.born_on,
    child.mother_name,
    child.mother_id_number,
    child.father_name,
    -- Where the child lives now, which is what makes this registry worth asking.
    rpad(child.address_code, 12, '0') AS division_code,
    child.enrolled_on,
    child.updated_at
FROM child_file AS child
WHERE
    child.withdrawn_on IS NULL
    -- Children only of an age at which hedui looks for them.
    AND child.born_on >= current_date - INTERVAL '8 years';

-- Read-only: the account sees this view and nothing behind it.
REVOKE ALL ON immunisation_child FROM public;
-- CREATE ROLE hedui LOGIN; -- its password by your own means, never in a file of this kind
GRANT SELECT ON immunisation_child TO hedui;
