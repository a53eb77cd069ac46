"""How alike two texts are, by code points: Jaro-Winkler, Levenshtein, optimal string alignment. The definitions are rapidfuzz's.

No memory is taken per pair: up to 64 letters are kept as bits of one integer, longer texts take the slow way.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.kernel.compiled import inner, part

ONE, NONE = np.uint64(1), np.uint64(0)


@part
def bits(word: Any) -> Any:
    """How many bits are set."""
    word = word - ((word >> ONE) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@part
def most_jaro_winkler(sign_a: Any, sign_b: Any, start_a: Any, start_b: Any, length_a: Any, length_b: Any, winkler: Any) -> Any:
    """No pair of texts with these signatures, first letters and lengths is more alike: letters that one lacks cannot match."""
    left = length_a - bits(np.uint64(sign_a) & ~np.uint64(sign_b))
    right = length_b - bits(np.uint64(sign_b) & ~np.uint64(sign_a))
    shared = min(left, right)
    if shared <= 0:
        return 0.0
    most = (shared / length_a + shared / length_b + 1.0) / 3.0
    if winkler and most > 0.7:
        differ, prefix = np.uint64(start_a ^ start_b), 0
        while prefix < 4 and (differ >> np.uint64(16 * prefix)) & np.uint64(0xFFFF) == NONE:
            prefix += 1
        most += min(prefix, length_a, length_b) * 0.1 * (1.0 - most)
    return most


@inner
def jaro(letters: Any, scratch: Any, a: Any, a_end: Any, b: Any, b_end: Any, winkler: Any) -> Any:
    """Jaro similarity, 0 to 1; with `winkler` raised for a common prefix of up to four letters where it exceeds 0.7."""
    length_a, length_b = a_end - a, b_end - b
    if length_a == 0 or length_b == 0:
        return 1.0 if length_a == length_b else 0.0
    short = max(length_a, length_b) <= 64
    alike = short_jaro(letters, a, a_end, b, b_end) if short else long_jaro(letters, scratch, a, a_end, b, b_end)
    if not winkler or alike <= 0.7:
        return alike
    prefix = 0
    while prefix < min(4, length_a, length_b) and letters[a + prefix, 0] == letters[b + prefix, 0]:
        prefix += 1
    return alike + prefix * 0.1 * (1.0 - alike)


@part
def similarity(shared: Any, crossed: Any, length_a: Any, length_b: Any) -> Any:
    """Jaro's formula."""
    return (shared / length_a + shared / length_b + (shared - crossed // 2) / shared) / 3.0 if shared else 0.0


@inner
def short_jaro(letters: Any, a: Any, a_end: Any, b: Any, b_end: Any) -> Any:
    """Of texts of up to 64 letters: what is taken is a bit of an integer."""
    length_a, length_b = a_end - a, b_end - b
    reach = max(max(length_a, length_b) // 2 - 1, 0)
    taken_a, taken_b, shared = NONE, NONE, 0
    for i in range(length_a):
        for j in range(max(0, i - reach), min(length_b, i + reach + 1)):
            if letters[a + i, 0] == letters[b + j, 0] and not (taken_b >> np.uint64(j)) & ONE:
                taken_a |= ONE << np.uint64(i)
                taken_b |= ONE << np.uint64(j)
                shared += 1
                break
    crossed, j = 0, 0
    for i in range(length_a):
        if (taken_a >> np.uint64(i)) & ONE:
            while not (taken_b >> np.uint64(j)) & ONE:
                j += 1
            crossed += letters[a + i, 0] != letters[b + j, 0]
            j += 1
    return similarity(shared, crossed, length_a, length_b)


@inner
def long_jaro(letters: Any, scratch: Any, a: Any, a_end: Any, b: Any, b_end: Any) -> Any:
    """Of longer texts."""
    length_a, length_b = a_end - a, b_end - b
    reach = max(max(length_a, length_b) // 2 - 1, 0)
    shared = 0
    for place in range(length_a + length_b):
        scratch[place] = 0
    for i in range(length_a):
        for j in range(max(0, i - reach), min(length_b, i + reach + 1)):
            if letters[a + i, 0] == letters[b + j, 0] and not scratch[length_a + j]:
                scratch[i] = scratch[length_a + j] = 1
                shared += 1
                break
    crossed, j = 0, 0
    for i in range(length_a):
        if scratch[i]:
            while not scratch[length_a + j]:
                j += 1
            crossed += letters[a + i, 0] != letters[b + j, 0]
            j += 1
    return similarity(shared, crossed, length_a, length_b)


@inner
def edits(letters: Any, scratch: Any, a: Any, a_end: Any, b: Any, b_end: Any, swaps: Any) -> Any:
    """Levenshtein distance; with `swaps`, two neighbours exchanged count one (optimal string alignment). Myers and Hyyrö's bits."""
    length_a, length_b = a_end - a, b_end - b
    if length_a == 0 or length_b == 0:
        return max(length_a, length_b)
    if length_a > 64:
        return long_edits(letters, scratch, a, a_end, b, b_end, swaps)
    plus, minus, distance, last = ~NONE, NONE, length_a, ONE << np.uint64(length_a - 1)
    diagonal, equal_before = NONE, NONE
    for j in range(length_b):
        equal = NONE
        for i in range(length_a):
            equal |= np.uint64(letters[a + i, 0] == letters[b + j, 0]) << np.uint64(i)
        crossed = (((~diagonal) & equal) << ONE) & equal_before if swaps else NONE
        diagonal = (((equal & plus) + plus) ^ plus) | equal | minus | crossed
        up, down = minus | ~(diagonal | plus), diagonal & plus
        distance += np.int64(up & last != NONE) - np.int64(down & last != NONE)
        up, down = (up << ONE) | ONE, down << ONE
        plus, minus = down | ~(diagonal | up), up & diagonal
        equal_before = equal
    return distance


@inner
def long_edits(letters: Any, scratch: Any, a: Any, a_end: Any, b: Any, b_end: Any, swaps: Any) -> Any:
    """Of texts of more than 64 letters: three rows of the usual table."""
    length_a, length_b = a_end - a, b_end - b
    wide = length_b + 1
    for j in range(wide):
        scratch[j] = j
    for i in range(1, length_a + 1):
        here, above, further = i % 3 * wide, (i - 1) % 3 * wide, (i - 2) % 3 * wide
        scratch[here] = i
        for j in range(1, length_b + 1):
            one, two = letters[a + i - 1, 0], letters[b + j - 1, 0]
            best = min(scratch[above + j] + 1, scratch[here + j - 1] + 1, scratch[above + j - 1] + np.int64(one != two))
            if swaps and i > 1 and j > 1 and one == letters[b + j - 2, 0] and letters[a + i - 2, 0] == two:
                best = min(best, scratch[further + j - 2] + 1)
            scratch[here + j] = best
    return scratch[length_a % 3 * wide + length_b]


@part
def least_edits(sign_a: Any, sign_b: Any, length_a: Any, length_b: Any) -> Any:
    """No fewer edits can do: one exchanges a letter, which changes two bits of the signatures at most."""
    return max(abs(length_a - length_b), (bits(np.uint64(sign_a ^ sign_b)) + 1) // 2)
