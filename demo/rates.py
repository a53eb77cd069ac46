"""How often each thing happens: one table, each line with the row of domain.md that it comes from.

`where` is a registry, or `life` for what is so before anybody writes it down. `field` is the field that is struck. A share
is of the records (or births) that can be struck at all: a variant needs a character that has one. `hard` is two to three
times `normal`. `file` mechanisms strike a whole file of one clerk and month at once; their share is of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Severity = Literal["normal", "hard", "clerks"]
"""`clerks`: as often wrong as `hard`, but a quarter of the clerks make most of the mistakes, so that errors of one form come together."""

TABLE = """
mechanism            | where           | field            | row  | normal | hard
twin                 | life            | birth            | 20   | 0.022  | 0.030
twins_same_sex       | life            | delivery         | 20   | 0.64   | 0.80
died                 | life            | birth            | 22   | 0.006  | 0.012
migrant              | life            | resident         | 23   | 0.10   | 0.20
not_resident         | life            | birth            | 23   | 0.07   | 0.15
born_elsewhere       | life            | resident         | 23   | 0.10   | 0.18
home_birth           | life            | resident         | 2.1  | 0.001  | 0.008
dotted_name          | life            | remote family    | 10   | 0.10   | 0.20
same_name_mothers    | life            | mother           | 20   | 0.010  | 0.030
mother_surname       | life            | registered name  | 8    | 0.077  | 0.10
third_surname        | life            | registered name  | 9    | 0.005  | 0.010
rare_character       | life            | given name       | 11   | 0.004  | 0.010
name_changed         | life            | child_name       | 3    | 0.06   | 0.12
registered_away      | life            | family of place  | 24   | 0.025  | 0.05
registered_away_migrant | life         | migrant family   | 24   | 0.45   | 0.50
father_from_here     | life            | not resident     | 24   | 0.08   | 0.12
not_issued           | life            | certificate      | 25   | 0.10   | 0.20
reissued             | life            | certificate      | 26   | 0.008  | 0.02
void                 | life            | certificate      | 26   | 0.0015 | 0.004
twin_missing         | hospital        | delivery         | 20   | 0.03   | 0.08
twin_missing         | family_planning | delivery         | 20   | 0.05   | 0.12
twin_missing         | hukou           | delivery         | 20   | 0.02   | 0.06
duplicate            | hospital        | record           | 19   | 0.003  | 0.008
duplicate            | family_planning | record           | 19   | 0.03   | 0.06
duplicate            | hukou           | record           | 19   | 0.001  | 0.003
local_address        | family_planning | not resident     | 23   | 0.15   | 0.30
old_code             | hospital        | division_code    | 29   | 0.35   | 0.60
old_code             | family_planning | division_code    | 29   | 0.40   | 0.60
old_code             | hukou           | division_code    | 29   | 0.05   | 0.15
corrected_later      | hospital        | updated_at       | 27   | 0.04   | 0.08
corrected_later      | family_planning | updated_at       | 27   | 0.05   | 0.10
corrected_later      | hukou           | updated_at       | 27   | 0.03   | 0.06
township_only        | hospital        | division_code    | 29   | 0.12   | 0.25
next_village         | hospital        | division_code    | 29   | 0.02   | 0.05
next_village         | family_planning | division_code    | 29   | 0.01   | 0.03
homophone            | hospital        | child_name       | 5    | 0.025  | 0.06
homophone            | hospital        | mother_name      | 5    | 0.025  | 0.06
homophone            | hospital        | father_name      | 5    | 0.025  | 0.06
homophone            | family_planning | child_name       | 5    | 0.025  | 0.06
homophone            | family_planning | mother_name      | 5    | 0.025  | 0.06
homophone            | family_planning | father_name      | 5    | 0.025  | 0.06
homophone            | hukou           | mother_name      | 5    | 0.010  | 0.025
homophone            | hukou           | father_name      | 5    | 0.010  | 0.025
look_alike           | hospital        | child_name       | 6    | 0.010  | 0.025
look_alike           | hospital        | mother_name      | 6    | 0.010  | 0.025
look_alike           | family_planning | child_name       | 6    | 0.010  | 0.025
look_alike           | family_planning | mother_name      | 6    | 0.010  | 0.025
look_alike           | hukou           | mother_name      | 6    | 0.004  | 0.010
variant              | hospital        | child_name       | 7    | 0.020  | 0.05
variant              | hospital        | mother_name      | 7    | 0.020  | 0.05
variant              | hospital        | father_name      | 7    | 0.020  | 0.05
variant              | family_planning | child_name       | 7    | 0.020  | 0.05
variant              | family_planning | mother_name      | 7    | 0.020  | 0.05
variant              | hukou           | child_name       | 7    | 0.004  | 0.01
variant              | hukou           | mother_name      | 7    | 0.008  | 0.02
transliteration      | hospital        | child_name       | 10   | 0.15   | 0.30
transliteration      | hospital        | mother_name      | 10   | 0.15   | 0.30
transliteration      | hospital        | father_name      | 10   | 0.15   | 0.30
transliteration      | family_planning | child_name       | 10   | 0.20   | 0.40
transliteration      | family_planning | mother_name      | 10   | 0.20   | 0.40
transliteration      | hukou           | mother_name      | 10   | 0.05   | 0.10
last_part_dropped    | hospital        | child_name       | 10   | 0.08   | 0.16
last_part_dropped    | hospital        | mother_name      | 10   | 0.05   | 0.10
last_part_dropped    | family_planning | child_name       | 10   | 0.15   | 0.30
last_part_dropped    | family_planning | mother_name      | 10   | 0.15   | 0.30
truncated            | hospital        | child_name       | 10   | 0.06   | 0.12
truncated            | hospital        | mother_name      | 10   | 0.06   | 0.12
truncated            | family_planning | child_name       | 10   | 0.08   | 0.16
separator            | hospital        | child_name       | 10   | 0.30   | 0.60
separator            | hospital        | mother_name      | 10   | 0.30   | 0.60
separator            | hospital        | father_name      | 10   | 0.30   | 0.60
separator            | family_planning | child_name       | 10   | 0.40   | 0.70
separator            | family_planning | mother_name      | 10   | 0.40   | 0.70
separator            | hukou           | mother_name      | 10   | 0.10   | 0.20
spaced               | hospital        | mother_name      | 1.10 | 0.02   | 0.05
spaced               | family_planning | mother_name      | 1.10 | 0.03   | 0.06
spaced               | family_planning | child_name       | 1.10 | 0.03   | 0.06
placeholder          | hospital        | child_name       | 11   | 0.60   | 0.80
placeholder          | family_planning | child_name       | 11   | 0.70   | 0.90
interim_surname      | hospital        | child_name       | 8    | 0.05   | 0.10
milk_name            | family_planning | child_name       | 4    | 0.04   | 0.10
no_name              | hospital        | child_name       | 2    | 0.02   | 0.05
no_name              | family_planning | child_name       | 2    | 0.05   | 0.15
unnamed              | hospital        | child_name       | 1    | 0.08   | 0.18
unnamed              | family_planning | child_name       | 1    | 0.20   | 0.35
missing              | hospital        | mother_id_number | 17   | 0.04   | 0.10
missing              | family_planning | mother_id_number | 17   | 0.10   | 0.25
missing              | hukou           | mother_id_number | 17   | 0.03   | 0.08
missing              | hospital        | father_name      | 1.4  | 0.08   | 0.15
missing              | hospital        | father_id_number | 17   | 0.15   | 0.30
missing              | family_planning | father_name      | 1.4  | 0.15   | 0.30
missing              | hukou           | mother_name      | 1.8  | 0.01   | 0.03
missing              | hukou           | father_name      | 1.4  | 0.04   | 0.08
missing              | hukou           | father_id_number | 17   | 0.06   | 0.12
missing              | hukou           | certificate_no   | 25   | 0.04   | 0.12
relative_number      | hospital        | mother_id_number | 17   | 0.008  | 0.02
relative_number      | family_planning | mother_id_number | 17   | 0.005  | 0.012
borrowed_number      | hospital        | mother_id_number | 17   | 0.001  | 0.003
partner_number       | hospital        | mother_id_number | 17   | 0.002  | 0.005
partner_number       | hukou           | mother_id_number | 17   | 0.002  | 0.005
one_digit            | hospital        | mother_id_number | 15   | 0.006  | 0.015
one_digit            | hospital        | father_id_number | 15   | 0.006  | 0.015
one_digit            | hospital        | certificate_no   | 15   | 0.002  | 0.005
one_digit            | family_planning | mother_id_number | 15   | 0.008  | 0.02
one_digit            | hukou           | mother_id_number | 15   | 0.003  | 0.008
one_digit            | hukou           | father_id_number | 15   | 0.003  | 0.008
one_digit            | hukou           | child_id_number  | 15   | 0.001  | 0.003
one_digit            | hukou           | certificate_no   | 15   | 0.006  | 0.015
transposed           | hospital        | mother_id_number | 15   | 0.003  | 0.008
transposed           | family_planning | mother_id_number | 15   | 0.004  | 0.01
transposed           | hukou           | certificate_no   | 15   | 0.002  | 0.005
old_form             | family_planning | mother_id_number | 1.1  | 0.30   | 0.60
untidy               | hospital        | mother_id_number | 1.1  | 0.005  | 0.02
untidy               | family_planning | mother_id_number | 1.1  | 0.010  | 0.03
sex_miscoded         | hospital        | child_sex        | 16   | 0.003  | 0.008
sex_miscoded         | family_planning | child_sex        | 16   | 0.003  | 0.008
sex_miscoded         | hukou           | child_sex        | 16   | 0.003  | 0.006
sex_unknown          | family_planning | child_sex        | 16   | 0.002  | 0.006
lunar_date           | hospital        | born_on          | 12   | 0.001  | 0.003
lunar_date           | family_planning | born_on          | 12   | 0.035  | 0.09
lunar_date           | hukou           | born_on          | 12   | 0.001  | 0.003
day_lost             | family_planning | born_on          | 13   | 0.015  | 0.04
day_before_or_after  | hospital        | born_on          | 14   | 0.006  | 0.015
day_before_or_after  | family_planning | born_on          | 14   | 0.006  | 0.015
discharge_date       | hospital        | born_on          | 14   | 0.002  | 0.005
report_date          | family_planning | born_on          | 14   | 0.006  | 0.015
digit_slip           | hospital        | born_on          | 15   | 0.005  | 0.012
digit_slip           | family_planning | born_on          | 15   | 0.006  | 0.015
digit_slip           | hukou           | born_on          | 15   | 0.005  | 0.010
year_slip            | hospital        | born_on          | 15   | 0.010  | 0.02
year_slip            | family_planning | born_on          | 15   | 0.020  | 0.04
implausible_year     | hospital        | born_on          | 15   | 0.0003 | 0.001
implausible_year     | family_planning | born_on          | 15   | 0.0005 | 0.0015
recorded_too_early   | hukou           | recorded_on      | 15   | 0.0006 | 0.0015
recorded_too_early   | family_planning | recorded_on      | 15   | 0.0006 | 0.0015
plurality_slip       | hospital        | plurality        | 20   | 0.03   | 0.08
excel_truncated      | hospital        | file: mother_id_number | 18 | 0.005 | 0.02
excel_truncated      | family_planning | file: mother_id_number | 18 | 0.005 | 0.02
missing              | hospital        | file: father_id_number | 17 | 0.004 | 0.02
missing              | family_planning | file: mother_id_number | 17 | 0.004 | 0.03
lunar_date           | family_planning | file: born_on    | 12   | 0.003  | 0.02
day_lost             | family_planning | file: born_on    | 13   | 0.002  | 0.015
report_date          | family_planning | file: born_on    | 14   | 0.002  | 0.01
unnamed              | family_planning | file: child_name | 1    | 0.01   | 0.05
separator            | hospital        | file: mother_name | 10  | 0.01   | 0.05
township_only        | family_planning | file: division_code | 29 | 0.01  | 0.04
"""


@dataclass(frozen=True)
class Rate:
    """One line of the table. `whole_file`: strikes every record of a struck file."""

    mechanism: str
    where: str
    field: str
    row: str
    normal: float
    hard: float
    whole_file: bool = False

    def at(self, severity: Severity) -> float:
        """The share under that severity."""
        return self.normal if severity == "normal" else self.hard


@lru_cache(maxsize=1)
def rates() -> tuple[Rate, ...]:
    """The table, in its order, which is the order in which mistakes are made."""
    lines = [line.split("|") for line in TABLE.strip().splitlines()[1:]]
    return tuple(_read(*(cell.strip() for cell in line)) for line in lines)


def _read(mechanism: str, where: str, field: str, row: str, normal: str, hard: str) -> Rate:
    return Rate(mechanism, where, field.removeprefix("file: "), row, float(normal), float(hard), field.startswith("file: "))


def rate(mechanism: str, where: str, severity: Severity) -> float:
    """The share of one mechanism that has a single line there. Raises KeyError."""
    for line in rates():
        if (line.mechanism, line.where) == (mechanism, where) and not line.whole_file:
            return line.at(severity)
    raise KeyError(f"{mechanism} | {where}")
