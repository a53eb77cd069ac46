"""The level of a pair of records in each comparison: its tests in order, the first that holds, over all readings of its fields."""

from __future__ import annotations

from typing import Any

from matching.kernel import day_tests, name_tests, number_tests
from matching.kernel.compiled import inner, part
from matching.kernel.layout import ASKED, CODE, DAY, NAME, TEST, TESTED, TEXT
from matching.kernel.text_tests import edits, jaro, least_edits, most_jaro_winkler

TEXT_LAST, NAME_LAST, NUMBER_LAST, DAY_LAST = 19, 29, 39, 49
NOT_MEASURED, FAR = -1.0, 1e9


@part
def level_of(plan: Any, store: Any, c: Any, i: Any, j: Any) -> Any:
    """The level of comparison `c` for records `i` and `j`: the strongest of all readings; the last one where a side has none."""
    best = plan.compared[c, ASKED.missing]
    if plan.compared[c, ASKED.within] and store.rows[i, 0] != store.rows[j, 0]:
        return best
    for one in range(plan.compared[c, ASKED.readings]):
        for two in range(plan.compared[c, ASKED.readings]):
            left, right = store.rows[i, plan.compared[c, one]], store.rows[j, plan.compared[c, two]]
            if left >= 0 and right >= 0:
                best = min(best, level_of_values(plan, store, c, left, right))
    return best if plan.compared[c, ASKED.other] < 0 else min(best, level_of_others(plan, store, c, i, j))


@inner
def level_of_others(plan: Any, store: Any, c: Any, i: Any, j: Any) -> Any:
    """The level that a test of two fields gives: any reading the same, or the two fields crossed; the last level where none holds."""
    asked = plan.compared[c]
    one, other = asked[ASKED.first], asked[ASKED.other]
    for test in range(asked[ASKED.first_test], asked[ASKED.last_test]):
        operation, form = plan.tests[test, TESTED.operation], plan.tests[test, TESTED.argument]
        if operation == TEST.any_same or operation == TEST.crossed:
            there, back = same(asked, store, form, i, one, j, other), same(asked, store, form, i, other, j, one)
            straight = same(asked, store, form, i, one, j, one) or same(asked, store, form, i, other, j, other)
            if (there and back) if operation == TEST.crossed else (straight or there or back):
                return plan.tests[test, TESTED.level]
    return asked[ASKED.missing]


@inner
def same(asked: Any, store: Any, form: Any, i: Any, one: Any, j: Any, two: Any) -> Any:
    """Whether one column of a record and another column of the other have the same form."""
    left, right = store.rows[i, one], store.rows[j, two]
    if left < 0 or right < 0:
        return False
    told = store.forms[asked[ASKED.form_at] + left * asked[ASKED.form_width] + form]
    return told != 0 and told == store.forms[asked[ASKED.form_at] + right * asked[ASKED.form_width] + form]


@part
def level_of_values(plan: Any, store: Any, c: Any, left: Any, right: Any) -> Any:
    """The level of two values: that of the first test that holds."""
    forms, at, width = store.forms, plan.compared[c, ASKED.form_at], plan.compared[c, ASKED.form_width]
    a, b, signature = at + left * width, at + right * width, plan.compared[c, ASKED.signature]
    if signature >= 0 and forms[a + signature] & forms[b + signature] == 0:
        return plan.compared[c, ASKED.otherwise]
    at_a, at_b = plan.compared[c, ASKED.start_at] + left, plan.compared[c, ASKED.start_at] + right
    measure, measured = -1, NOT_MEASURED
    for test in range(plan.compared[c, ASKED.first_test], plan.compared[c, ASKED.last_test]):
        operation, argument = plan.tests[test, TESTED.operation], plan.tests[test, TESTED.argument]
        if operation == TEST.same:
            holds = forms[a + argument] == forms[b + argument] and forms[a + argument] != 0
        elif operation <= TEST.pair:
            holds = operation == TEST.pair and paired(forms[a + CODE.code], forms[b + CODE.code], argument)
        elif operation <= TEXT_LAST:
            if operation != measure:
                measure, measured = operation, text_measure(store, operation, a, b, at_a, at_b, plan.limits[test, 1])
            holds = measured <= plan.limits[test, 0]
        else:
            holds = value_test(store, operation, a, b, at_a, at_b, plan.limits[test, 0])
        if holds:
            return plan.tests[test, TESTED.level]
    return plan.compared[c, ASKED.otherwise]


@part
def paired(one: Any, two: Any, wanted: Any) -> Any:
    """Two codes are the two wanted ones, in either order; `wanted` packs them, the first below 1024."""
    first, second = wanted & 1023, wanted >> 10
    return (one == first and two == second) or (one == second and two == first)


@part
def text_measure(store: Any, operation: Any, a: Any, b: Any, at_a: Any, at_b: Any, widest: Any) -> Any:
    """How far apart two texts are: edits, or one less a similarity; more than any test allows where a bound tells so without looking."""
    forms, letters = store.forms, store.letters
    length_a, length_b = forms[a + TEXT.length], forms[b + TEXT.length]
    sign_a, sign_b = forms[a + TEXT.signature], forms[b + TEXT.signature]
    if operation <= TEST.jaro:
        winkler = operation == TEST.jaro_winkler
        most = most_jaro_winkler(sign_a, sign_b, forms[a + TEXT.start], forms[b + TEXT.start], length_a, length_b, winkler)
        if 1.0 - most > widest + 1e-9:
            return FAR
        start_a, start_b = store.starts[at_a], store.starts[at_b]
        return 1.0 - jaro(letters, store.scratch, start_a, start_a + length_a, start_b, start_b + length_b, winkler)
    if least_edits(sign_a, sign_b, length_a, length_b) > widest:
        return FAR
    start_a, start_b = store.starts[at_a], store.starts[at_b]
    return float(edits(letters, store.scratch, start_a, start_a + length_a, start_b, start_b + length_b, operation == TEST.damerau))


@part
def value_test(store: Any, operation: Any, a: Any, b: Any, at_a: Any, at_b: Any, limit: Any) -> Any:
    """Tests of names, numbers, days and codes. `a`, `b`: where the forms of the values stand; `at_a`, `at_b`: their starts."""
    if operation > DAY_LAST:
        return order_test(operation, store.forms, a, b)
    if operation > NUMBER_LAST:
        return day_test(operation, store.forms, a, b, limit)
    start_a, end_a, start_b, end_b = store.starts[at_a], store.starts[at_a + 1], store.starts[at_b], store.starts[at_b + 1]
    if operation > NAME_LAST:
        return number_test(operation, store.forms, store.letters, a, b, start_a, end_a, start_b, end_b)
    return name_test(operation, store, a, b, start_a, end_a, start_b, end_b)


@part
def name_test(operation: Any, store: Any, a: Any, b: Any, at_a: Any, end_a: Any, at_b: Any, end_b: Any) -> Any:
    """One of the tests of names."""
    same_length = end_a - at_a == end_b - at_b
    if operation == TEST.look_alike:
        return same_length and name_tests.looks_alike(store.letters, store.alike, at_a, at_b, end_a - at_a)
    if operation == TEST.placeholder:
        wild = (store.forms[a + NAME.shape] | store.forms[b + NAME.shape]) >> 9 & 1
        return same_length and wild == 1 and name_tests.has_placeholder(store.letters, store.alike, at_a, at_b, end_a - at_a)
    if operation == TEST.one_character or operation == TEST.other_surname:
        return same_length and name_tests.one_differs(store.letters, store.alike, at_a, at_b, end_a - at_a, operation == TEST.other_surname)
    if operation == TEST.missing_character or operation == TEST.surname_left_out:
        if abs((end_a - at_a) - (end_b - at_b)) != 1:
            return False
        return name_tests.missing_character(store.letters, at_a, end_a, at_b, end_b, operation == TEST.surname_left_out)
    if operation == TEST.milk_name:
        return name_tests.milk_name(store.forms, store.letters, a, b, at_a, end_a, at_b, end_b)
    if operation == TEST.pet_name:
        return name_tests.is_pet_name(store.forms[a + NAME.shape]) != name_tests.is_pet_name(store.forms[b + NAME.shape])
    if operation == TEST.transliteration:
        return name_tests.same_transliteration(store, a, b, at_a, end_a, at_b, end_b)
    return name_tests.same_first_part(store, a, b, at_a, end_a, at_b, end_b)


@part
def number_test(operation: Any, forms: Any, letters: Any, a: Any, b: Any, at_a: Any, end_a: Any, at_b: Any, end_b: Any) -> Any:
    """One of the tests of numbers."""
    if operation == TEST.truncated:
        return number_tests.truncated(forms, a, b)
    if operation == TEST.one_digit:
        return number_tests.one_digit(forms, letters, a, b, at_a, end_a, at_b, end_b)
    if operation == TEST.swapped_digits:
        return number_tests.swapped_digits(forms, letters, a, b, at_a, end_a, at_b, end_b)
    return number_tests.reissued(letters, at_a, end_a, at_b, end_b)


@inner
def day_test(operation: Any, forms: Any, a: Any, b: Any, most: Any) -> Any:
    """One of the tests of days; `within` takes days, or the units of a measured number."""
    if operation == TEST.lunar:
        return day_tests.lunar(forms, a, b)
    if operation == TEST.swapped_date:
        return day_tests.swapped_date(forms, a, b)
    if operation == TEST.one_date_digit:
        return day_tests.one_date_digit(forms, a, b)
    if operation == TEST.vague_day:
        return day_tests.vague_day(forms, a, b)
    return abs(forms[a + DAY.day] - forms[b + DAY.day]) <= most


@part
def order_test(operation: Any, forms: Any, a: Any, b: Any) -> Any:
    """Order within one delivery: one baby on either side; the same order, or another. What other records tell is set later."""
    order_a, order_b = forms[a + CODE.order], forms[b + CODE.order]
    if operation == TEST.one_baby:
        return forms[a + CODE.babies] == 1 or forms[b + CODE.babies] == 1
    if operation == TEST.told_later or order_a == 0 or order_b == 0:
        return False
    return order_a == order_b if operation == TEST.same_order else order_a != order_b
