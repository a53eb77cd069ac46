"""The blocking rules of the births model. Each names the records that the rules before it cannot reach.

A child without any number, with a lunar date and a variant name is still met: by the sound of the mother's name and the lunar
reading of the date, or by the sounds of both parents.
"""

from matching.blocking import BlockingRule

BIRTH_RULES = (
    BlockingRule("certificate", (("certificate_no", "number"),), largest=20),
    BlockingRule("mother_number", (("mother_id_number", "number"),), largest=30),
    BlockingRule("father_number", (("father_id_number", "number"),), largest=30),
    # Damaged numbers: the head survives a spreadsheet and a slip in the sequence, the tail a slip in county or year.
    BlockingRule("mother_number_head", (("mother_id_number", "number_head"), ("mother_name", "sound")), largest=60),
    BlockingRule("mother_number_tail", (("mother_id_number", "number_tail"), ("born_on", "month")), largest=60),
    BlockingRule("father_number_head", (("father_id_number", "number_head"), ("father_name", "sound")), largest=60),
    # No number at all.
    BlockingRule("mother_name_month", (("mother_name", "sound"), ("born_on", "month")), largest=150),
    BlockingRule("mother_told_month", (("mother_told", "sound"), ("born_on", "month")), probe=(("mother_name", "sound"), ("born_on", "month")), largest=150),
    BlockingRule("mother_name_lunar", (("mother_name", "sound"), ("born_on", "lunar_day")), probe=(("mother_name", "sound"), ("born_on", "day")), largest=150),
    BlockingRule("parents_names", (("mother_name", "sound"), ("father_name", "sound")), largest=60),
    BlockingRule("father_name_day", (("father_name", "sound"), ("born_on", "day")), largest=60),
    BlockingRule("father_name_month", (("father_name", "sound"), ("born_on", "month")), largest=40),
    BlockingRule("parents_first_names", (("mother_name", "first_sound"), ("father_name", "first_sound")), largest=40),
    BlockingRule("child_name_month", (("child_name", "sound"), ("born_on", "month")), largest=60),
    BlockingRule("child_given_name_day", (("child_name", "given_sound"), ("born_on", "day")), largest=60),
    BlockingRule("child_and_mother_names", (("child_name", "sound"), ("mother_name", "sound")), largest=60),
    # Names misspelt on both sides: day and place are left; and a wrong date: mother's name and place.
    BlockingRule("day_place_sex", (("born_on", "day"), ("area_code", "township"), ("child_sex", "whole")), largest=60),
    BlockingRule("lunar_day_place_sex", (("born_on", "lunar_day"), ("area_code", "township"), ("child_sex", "whole")), probe=(("born_on", "day"), ("area_code", "township"), ("child_sex", "whole")), largest=60),
    BlockingRule("mother_name_place", (("mother_name", "sound"), ("area_code", "township")), largest=60),
    # Date and place both wrong: a mother whose name sounds like few others'.
    BlockingRule("rare_mother_sex", (("mother_name", "sound"), ("child_sex", "whole")), largest=8),
    # The child's own number tells its day where the record's date is mistyped.
    BlockingRule("day_by_number_mother", (("id_born_on", "day"), ("mother_name", "sound")), probe=(("born_on", "day"), ("mother_name", "sound")), largest=60),
)  # fmt: skip
"""In the order in which they are applied and reported."""
