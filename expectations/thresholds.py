"""The limits by which a delivery is judged, each with its reason. They are proposals (domain.md 6.6), not law."""

from __future__ import annotations

from typing import Final

STALE_DAYS: Final = 31
"""Newest change older than this: the feed has stopped. Townships and hospitals report monthly by the 5th (domain.md 1.11), and
the law gives a family one month, so an older hukou extract would make registered children look unregistered."""

VOLUME_SHARE: Final = 0.90
"""Rows against the last good night: registers of births grow or roll slowly; a tenth less overnight is a broken extract."""

VANISHED_SHARE: Final = 0.02
"""Earlier records that are gone tonight: above this the delivery is used, but its absence is never said (design.md)."""

QUARANTINED_SHARE: Final = 0.20
"""One row in five broken is a broken export, not broken rows: linking the rest would show a biased county."""

KEY_SHARE: Final = 0.90
"""Rows with a key of their own. Offices block at 2 % duplicates on a return (domain.md 6.6, G3); a night that quarantines such
rows can bear more, but one row in ten without a key is a column mapped wrongly."""

DELIVERY_ORDER_SHARE: Final = 0.98
"""Rows whose birth order fits the number of babies of the delivery: otherwise the column is an order among siblings, which
must never be read (rights.md R2)."""

SINGLETON_SHARE: Final = 0.80
"""Rows that are not multiple births. Twins are 2.2 % (domain.md 2.4, row 20), more in a referral hospital; a fifth of multiples
is a parity column in disguise (rights.md R2), for two children in five are not their mother's first."""

LEAST_ROWS_FOR_A_SHARE: Final = 50
"""Below this many rows a share says nothing: one broken row of three is a broken row, not a broken delivery."""

FIRST_NIGHT_SHARE: Final = 0.55
"""Births in the served area and the common period against the median of the other registries, on a night without history.
Ordinary gaps leave 0.7 and more (late registration, births elsewhere: domain.md 2.3, 2.4 row 23); half a file leaves 0.5."""

MONTH_SHARE: Final = 0.40
"""The same for a single month: a file that was cut by date lacks whole months."""

MONTH_LEAST_BIRTHS: Final = 20
"""Months in which the others know fewer births than this are too small to judge."""

SETTLED_DAYS: Final = 60
"""Months that ended later than this before the as-of day are still filling up: registration has a month, lists another."""

PERIOD_SHARE: Final = 0.20
"""A month belongs to the period of a registry when it holds this share of its usual month: typing errors do not make a period."""

CERTIFICATE_LETTER_YEARS_BEFORE: Final = 2
"""Left-over blanks: a certificate's letter may be that of an earlier print year (domain.md 1.4)."""
