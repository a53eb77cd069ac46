-- view:      hospital_birth: one row a live birth
-- for:       the administrator of the registry, Oracle. Names on the right of the dots are examples: put your own.
-- untried:   no server was at hand; the statements were parsed, not run (docs/sources.md)
-- contract:  every column below, by these names; what your registry does not record stays as NULL.
--            hedui reads nothing else.
-- reads:     birth_certificate (出生医学证明, WS 376.1), one row a live-born child
-- never add: order among the mother's children (产次, 胎次, 孕次: parity and gravidity), gestation weeks, weight,
--            length, health status, antenatal or contraceptive data, abortion, sterilisation, ethnicity,
--            marital status, attendant's name
-- why never: hedui finds children who have no registration. It must not be able to judge families
--            (docs/rights.md R1, R2); a delivered file that holds such a column is refused whole.
CREATE OR REPLACE VIEW hospital_birth AS
SELECT
    birth.birth_record_id,
    birth.certificate_no,
    birth.facility_code,
    birth.born_at,
    birth.child_name,
    birth.child_sex_code AS child_sex,
    -- Both count the infants of this one delivery (twins), never the mother's children: a child born alone is 1 of 1.
    count(*) OVER (PARTITION BY birth.delivery_no) AS plurality,
    row_number() OVER (PARTITION BY birth.delivery_no ORDER BY birth.born_at, birth.birth_record_id) AS birth_order,
    birth.mother_name,
    birth.mother_id_number,
    -- An absent father is written '/' on the certificate; hedui knows the sign.
    birth.father_name,
    birth.father_id_number,
    -- Where the mother lives, not where the hospital stands.
    rpad(trim(birth.mother_address_code), 12, '0') AS division_code,
    -- Needed so that a bereaved family is left alone (docs/rights.md R4); the date and cause of a death are not.
    CASE WHEN birth.died_on IS NULL THEN 'alive' ELSE 'died' END AS vital_status,
    birth.issued_on,
    birth.updated_at
FROM birth_certificate birth
-- A voided certificate stays out; the child it was for has another, or is registered by its record.
WHERE birth.voided_on IS NULL;

-- Read-only: the account sees this view and nothing behind it. It finds it by a synonym of its own.
-- CREATE USER hedui …; GRANT CREATE SESSION TO hedui; -- by your own means, never in a file of this kind
GRANT SELECT ON hospital_birth TO hedui;
-- CREATE SYNONYM hedui.hospital_birth FOR hospital_birth; -- by an account with CREATE ANY SYNONYM
