-- view:  level_meaning
-- grain: one level of one kind of comparison, and the kind of difference that it is evidence of; NULL: no contradiction
SELECT *
FROM (
    VALUES
    ('born_on', 'exact', NULL),
    ('born_on', 'lunar', 'lunar_date'),
    ('born_on', 'swapped', 'swapped_digits'),
    ('born_on', 'month_only', 'day_missing'),
    ('born_on', 'near', 'near_date'),
    ('born_on', 'within_month', 'within_month'),
    ('born_on', 'one_digit', 'one_digit'),
    -- The two days agree once one of them is read from the child's own number: that record contradicts itself.
    ('born_on', 'by_id_number', 'id_birth_date'),
    ('born_on', 'half_year', 'other_date'),
    ('born_on', 'different', 'other_date'),
    ('sex', 'by_id_number', 'id_sex'),
    ('sex', 'different', 'other_sex'),
    ('name', 'exact', NULL),
    ('name', 'missing', NULL),
    ('name', 'variant', 'variant_form'),
    ('name', 'same_tone', 'homophone'),
    ('name', 'same_sound', 'homophone'),
    ('name', 'near_sound', 'near_sound'),
    ('name', 'look_alike', 'look_alike'),
    ('name', 'placeholder', 'rare_character'),
    ('name', 'transliteration', 'other_spelling'),
    ('name', 'missing_character', 'character_missing'),
    ('name', 'order', 'name_order'),
    ('name', 'given_name', 'partial_name'),
    ('name', 'milk_name', 'partial_name'),
    ('name', 'pet_name', 'partial_name'),
    ('name', 'one_character', 'one_character'),
    ('name', 'other_surname', 'partial_name'),
    ('name', 'first_part', 'partial_name'),
    ('name', 'different', 'other_name'),
    ('number', 'exact', NULL),
    ('number', 'missing', NULL),
    ('number', 'old_form', NULL),
    -- The damage is said once, to the registry that has it (invalid_identifier): what is left does not contradict.
    ('number', 'truncated', NULL),
    ('number', 'one_digit', 'one_digit'),
    ('number', 'swapped', 'swapped_digits'),
    ('number', 'same_birth', 'other_number'),
    ('number', 'different', 'other_number')
) AS meaning (topic, level, evidence)
