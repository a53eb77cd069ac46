"""Numbers, days, texts, codes and amounts, and what goes wrong with them, drawn at random. Identity numbers and codes begin with 99."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from vocabulary.dates import lunar_readings, read_date
from vocabulary.identity import check_character

Draw = Callable[[Random], Any]
Mistake = Callable[[Any, Random], Any]
DIGITS, LATIN = "0123456789", "abcdefghijklmnopqrstuvwxyz"
ACCENTED = "àáâéèêíöøüçñßæœłı"
"""Letters beyond the Latin alphabet; some share a bit of the kernel's signatures with a plain letter, as à does with a."""
ALPHABETS = (
    LATIN,
    LATIN,
    "aeinorst",
    DIGITS,
    "abà",
    LATIN + ACCENTED,
    LATIN + DIGITS + " ",
    "山水人" + LATIN[:4],
    "\U00020bb7\U0001f600ab",
    "àạ0a8e",
)
LENGTHS = (3, 5, 6, 7, 8, 9, 12)
ODD_LENGTHS = (1, 2, 4, 10, 15, 30, 63, 64, 65, 66, 100, 200)
FIRST, LAST = date(2024, 1, 1).toordinal(), date(2027, 1, 1).toordinal()
MOTHERS_BORN = date(1985, 1, 1)


def with_check(first17: str) -> str:
    return first17 + check_character(first17)


def identity(rng: Random) -> str:
    """A sound number; of few counties and years, so that strangers share its head now and then."""
    born = MOTHERS_BORN + timedelta(rng.randrange(3000))
    return with_check(f"99010{rng.randrange(3)}{born:%Y%m%d}{rng.randrange(1000):03}")


def certificate(rng: Random) -> str:
    return f"{rng.choice('XYZA')}99{rng.randrange(10**7):07}"


def number(rng: Random) -> str | None:
    return rng.choice((identity, identity, certificate, lambda _: rng.choice((None, "", "无", "0", "NULL", "P9900001", "9"))))(rng)


def slip(told: str, rng: Random, letters: str = DIGITS) -> str:
    at = rng.randrange(max(len(told), 1))
    return told[:at] + rng.choice(letters) + told[at + 1 :]


def crosswise(told: str, rng: Random) -> str:
    at = rng.randrange(max(len(told) - 1, 1))
    return told[:at] + told[at : at + 2][::-1] + told[at + 2 :]


def dropped(told: str, rng: Random) -> str:
    at = rng.randrange(max(len(told), 1))
    return told[:at] + told[at + 1 :]


def doubled(told: str, rng: Random) -> str:
    at = rng.randrange(max(len(told), 1))
    return told[:at] + told[at : at + 1] + told[at:]


def checked(mistake: Mistake) -> Mistake:
    """The mistake, after which a system worked out the check character again."""

    def both(told: str, rng: Random) -> str:
        changed = mistake(told, rng)
        return with_check(changed[:17]) if len(changed) >= 17 and changed[:17].isdecimal() else changed

    return both


def mangled(told: str, rng: Random) -> str:
    """County and birth date alone are left."""
    return told[:14] + slip(slip(told[14:], rng), rng)


def untidy(told: str, rng: Random) -> str:
    wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    return rng.choice((f" {told[:6]} {told[6:]}", f"'{told}", told.lower(), f"{told}.0", f"{told[:9]}-{told[9:]}", told.translate(wide)))


NUMBER_MISTAKES: tuple[Mistake, ...] = (
    slip, crosswise, dropped, doubled, checked(slip), checked(crosswise), checked(mangled), untidy,
    lambda told, rng: slip(told, rng, "XYZAB"),
    lambda told, rng: rng.choice("XYZAB") + told[1:],
    lambda told, rng: certificate(rng),
    lambda told, rng: told[:15] + "000",
    lambda told, rng: told[:6] + told[8:17],
)  # fmt: skip


def mistaken_number(told: str | None, rng: Random) -> str | None:
    for _ in range(rng.choice((0, 1, 1, 1, 1, 2))):
        told = rng.choice(NUMBER_MISTAKES)(told, rng) if told else number(rng)
    return told


def day(rng: Random) -> date | None:
    return None if rng.random() < 0.03 else date.fromordinal(rng.randrange(FIRST, LAST))


def _moved(told: date, rng: Random) -> date:
    return told + timedelta(rng.choice((1, -1)) * rng.choice((1, 3, 4, 7, 8, 31, 32, 60, 179, 180, 365)))


def _lunar(told: date, rng: Random) -> date:
    return rng.choice(lunar_readings(told) or (told,))


def other_digits(told: date, rng: Random) -> date:
    """Digits that stand crosswise or slipped, or month and day in each other's place, where that is a day."""
    digits = f"{told:%Y%m%d}"
    turned = digits[:4] + digits[6:] + digits[4:6]
    digits = rng.choice((slip(digits, rng), slip(digits, rng), crosswise(digits, rng), crosswise(digits, rng), turned))
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if digits[0] != "0" else told
    except ValueError:
        return told


def _vague(told: date, rng: Random) -> date:
    return told.replace(day=rng.choice((1, 15, 28)))


DAY_MISTAKES: tuple[Mistake, ...] = (_moved, _moved, _lunar, other_digits, other_digits, _vague)


def mistaken_day(told: date | None, rng: Random) -> date | None:
    for _ in range(rng.choice((0, 1, 1, 1, 2))):
        told = rng.choice(DAY_MISTAKES)(told, rng) if told and told.year < 9000 else day(rng)
    return told


def day_as_written(rng: Random) -> str | None:
    """As offices write days, the calendar's or not."""
    year, month, last = str(rng.choice((2025, 2026, 2026))), f"{rng.randrange(15):02}", f"{rng.randrange(34):02}"
    sign, digits = rng.choice("-./"), year + month + last
    signed, spoken, short = f"{year}{sign}{month}{sign}{last}", f"{year}年{int(month)}月{int(last)}日", f"{year}/{int(month)}/{int(last)}"
    serial = f"{rng.randrange(40000, 47000)}"
    return rng.choice((digits, digits, signed, spoken, short, serial, None, "", "不详", "2026-03", "26.3.5", "0000-00-00"))


def _other_calendar(told: str, rng: Random) -> str:
    """The day that is meant if this one is lunar."""
    try:
        day = read_date(told)
    except ValueError:
        return told
    return f"{_lunar(day, rng):%Y-%m-%d}" if day and 1900 <= day.year <= 2100 else told


def mistaken_writing(told: str | None, rng: Random) -> str | None:
    return rng.choice((slip, slip, crosswise, dropped, _other_calendar))(told, rng) if told and rng.random() < 0.8 else day_as_written(rng)


def text(rng: Random) -> str | None:
    if rng.random() < 0.03:
        return rng.choice((None, "", " ", "N/A", "unknown", "nan", "-"))
    return "".join(rng.choices(rng.choice(ALPHABETS), k=rng.choice(ODD_LENGTHS if rng.random() < 0.3 else LENGTHS)))


TEXT_MISTAKES: tuple[Mistake, ...] = (
    lambda told, rng: slip(told, rng, LATIN), lambda told, rng: slip(told, rng, ACCENTED), slip, crosswise, crosswise, dropped, doubled,
    lambda told, rng: told.upper(),
    lambda told, rng: "  " + told.replace(" ", "\t "),
    lambda told, rng: told[: rng.randrange(1, len(told) + 1)],
    lambda told, rng: told[::-1],
    lambda told, rng: "".join(rng.sample(told, len(told))),
    lambda told, rng: told + (text(rng) or ""),
    lambda told, rng: (text(rng) or "")[:4] + told,
)  # fmt: skip


def mistaken_text(told: str | None, rng: Random) -> str | None:
    for _ in range(rng.choice((0, 1, 1, 2, 3, 4))):
        told = rng.choice(TEXT_MISTAKES)(told, rng) if told else text(rng)
    return None if told is None else told[:200]


NO_QUANTITY = (None, "", "n/a", "inf", "-Infinity")


def quantity(rng: Random) -> str | None:
    told = (f"{rng.randrange(-500, 500) / 100}", f"{rng.randrange(3)}.{rng.randrange(10**6):06}", f"{rng.randrange(10**11)}.5", "1e30")
    return rng.choice((*told, *told, rng.choice(NO_QUANTITY)))


def mistaken_quantity(told: str | None, rng: Random) -> str | None:
    if told in NO_QUANTITY:
        return quantity(rng)
    return f"{float(told) + rng.choice((0, 0.1, -0.1, 1.001, -1.001, 1.001001, 0.3, 1e-6, 5)):.6f}"


def area(rng: Random) -> str | None:
    code = "99" + "".join(f"{rng.randrange(3):02}" for _ in range(2)) + "".join(f"{rng.randrange(3):03}" for _ in range(2))
    shorter = (code[:9], code[:6], code[:9] + "000", code[:6] + "000000", code[:4])
    return rng.choice((code, code, code, *shorter, code + "001", f" {code} ", rng.choice((None, "", "x" + code))))


def mistaken_area(told: str | None, rng: Random) -> str | None:
    return told[: rng.choice((4, 6, 9, 12))].ljust(12, "0") if told and rng.random() < 0.5 else area(rng)


def facility(rng: Random) -> str | None:
    """A credit code, a health institution's code, or the organisation alone."""
    organisation = "99000" + rng.choice(("0001", "000X", "0003"))
    whole = (f"91990101{organisation}1", f"12990101{organisation}x", f"{organisation}9901011011234")
    return rng.choice((*whole, organisation, organisation.lower(), f"5299{organisation}", "无", None))


def code(rng: Random) -> str | None:
    return rng.choice((None, "", "1", "2", "3", "2.0", "-1", "0", "x", "nan", "inf", "1e30", str(2**62 + 1), str(2**62 + 2), str(2**63)))


def sex(rng: Random) -> str | None:
    return rng.choice(("1", "2", "男", "女", "F", " m ", "0", "9", None))


def anew(draw: Draw) -> tuple[Draw, Mistake]:
    """Drawn once more, where nothing special goes wrong."""
    return draw, lambda _, rng: draw(rng)
