"""Numbers as people read them: a weight with its sign, a small share in powers of ten, a rate per cent, a dash for what cannot be told."""

from __future__ import annotations

from math import floor, isfinite, log10

NONE = "–"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def signed(value: float, digits: int = 1) -> str:
    """+3.2, −1.0, with the minus that type has; nought has no sign."""
    if not isfinite(value):
        return NONE
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}".replace("-", "\u2212") if rounded else f"{0:.{digits}f}"


def count(value: float) -> str:
    """With separators."""
    return f"{int(value):,}" if isfinite(value) else NONE


def share(value: float) -> str:
    """Three digits; below a thousandth as 1.2×10⁻⁵."""
    if not isfinite(value):
        return NONE
    if value == 0 or value >= 1e-3:
        return f"{value:.3f}"
    exponent = floor(log10(value))
    return f"{value / 10**exponent:.1f}×10{str(exponent).translate(RAISED)}"


def percent(value: float, digits: int = 2) -> str:
    """Per cent; never 100 % or 0 % by rounding."""
    if not isfinite(value):
        return NONE
    least = 10.0**-digits
    if 0 < value * 100 < least:
        return f"<{least:.{digits}f} %"
    if 0 < (1 - value) * 100 < least:
        return f">{100 - least:.{digits}f} %"
    return f"{value * 100:.{digits}f} %"


def interval(low: float, high: float) -> str:
    """Of a share, per cent."""
    return f"{low * 100:.2f}{NONE}{high * 100:.2f} %"


def times(value: float) -> str:
    """A ratio."""
    if not isfinite(value):
        return NONE
    return f"{value:.2f}" if value < 10 else f"{value:.0f}" if value < 1000 else ">1000"


def plain(value: float) -> str:
    """A probability without powers of ten."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def probability(value: float) -> str:
    """As many digits as the nearer end needs: 0.31, 0.9984, 0.000012."""
    if not isfinite(value):
        return NONE
    nearer = min(value, 1 - value)
    return f"{value:.{2 if nearer <= 0 else min(max(1 - floor(log10(nearer)), 2), 8)}f}"
