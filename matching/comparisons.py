"""What is compared of two records, as data: levels from strongest to weakest, and what we believe of them before seeing any pair.

`match`: share of each level among two records of one birth. A pair that is not one birth is one of three things, and each
has its own shares: `twin` (the other baby of the delivery), `sibling` (another delivery of the family) and strangers, whose
shares are counted (matching.chance). AS_MATCH: what belongs to the family or the day agrees for a twin as for the child itself;
AS_STRANGER: it tells nothing. Missing is no evidence either way, for any comparison.

The shares come from the rates of domain.md 2.4; estimation moves the match shares to what the records show, never far on few records.
"""

from __future__ import annotations

from dataclasses import dataclass

from matching import features
from matching.features import LevelFeature

AS_MATCH = None
AS_STRANGER: tuple[float, ...] = ()
Shares = tuple[float, ...] | None


@dataclass(frozen=True)
class Comparison:
    """One comparison. `columns` of the coded records feed `feature`; shares follow the order of `feature.levels`.

    `stranger` is what we believe of strangers before counting; `frequency` names the column whose value frequencies sharpen
    the levels listed in `by_frequency`: agreeing on a rare name tells more than agreeing on a common one.
    """

    name: str
    columns: tuple[str, ...]
    feature: type[LevelFeature]
    match: tuple[float, ...]
    stranger: tuple[float, ...]
    twin: Shares = AS_MATCH
    sibling: Shares = AS_MATCH
    frequency: str | None = None

    @property
    def levels(self) -> tuple[str, ...]:
        """From strongest to weakest, without `missing`."""
        return self.feature.levels

    def feature_of_pairs(self) -> LevelFeature:
        """The recordlinkage feature, labelled with the comparison's name."""
        columns = list(self.columns)
        return self.feature(columns if len(columns) > 1 else columns[0], columns if len(columns) > 1 else columns[0], label=self.name)


def certificate_no() -> Comparison:
    """Birth certificate number: exact; one digit or two swapped ones; different.

    Numbers are issued in runs, so that one digit apart is common among strangers and usual among twins; certificates are
    replaced (1 %, domain.md 2.4 row 26), so that a different number does not separate by itself.
    """
    return Comparison(
        "certificate_no", ("certificate_no",), features.CertificateFeature,
        match=(0.97, 0.012, 0.018), stranger=(1e-6, 0.004, 0.996), twin=(0.004, 0.35, 0.646), sibling=AS_STRANGER,
    )  # fmt: skip


def mother_id() -> Comparison:
    """Mother's identity number: exact; old 15-digit form; cut off by a spreadsheet; one digit; two swapped digits; different.

    A different number is weak evidence: it is wrong, borrowed or a relative's in 1.5 % of hospital records (row 17).
    """
    return Comparison(
        "mother_id", ("mother_id_number",), features.NumberFeature,
        match=(0.94, 0.002, 0.008, 0.012, 0.004, 0.034), stranger=(1e-5, 1e-7, 1e-5, 1e-4, 2e-6, 0.9998),
    )  # fmt: skip


def father_id() -> Comparison:
    """Father's identity number, with the levels of the mother's."""
    return Comparison(
        "father_id", ("father_id_number",), features.NumberFeature,
        match=(0.94, 0.002, 0.008, 0.012, 0.004, 0.034), stranger=(1e-5, 1e-7, 1e-5, 1e-4, 2e-6, 0.9998),
    )  # fmt: skip


def child_name() -> Comparison:
    """Child's name: exact; variant or traditional form; same sound; near sound; the given name alone; similar; partial; different.

    `similar` is one character away, looks alike, or has a placeholder; `partial` is the given name under another surname (hospitals write the
    mother's, row 8) or a milk name (row 4). An interim name such as 'daughter of' is missing here and speaks of the mother.
    A changed name is common (row 3), and twins' names are alike by choice, which is what `twin` says.
    """
    return Comparison(
        "child_name", ("child_name",), features.NameFeature,
        match=(0.80, 0.012, 0.03, 0.008, 0.008, 0.04, 0.03, 0.072), stranger=(5e-4, 1e-5, 1e-4, 2e-4, 1e-4, 2e-3, 6e-3, 0.9909),
        twin=(0.015, 0.001, 0.006, 0.006, 0.001, 0.14, 0.05, 0.781), sibling=(2e-3, 2e-4, 2e-3, 2e-3, 2e-4, 0.04, 0.06, 0.8936), frequency="child_name",
    )  # fmt: skip


def mother_name() -> Comparison:
    """Mother's name, also as an interim name tells it ('daughter of …'); levels of a name."""
    return Comparison(
        "mother_name", ("mother_name", "mother_told"), features.NameFeature,
        match=(0.93, 0.012, 0.02, 0.006, 0.001, 0.015, 0.004, 0.012), stranger=(5e-4, 1e-5, 2e-4, 3e-4, 1e-4, 2e-3, 3e-3, 0.9939),
        frequency="mother_name",
    )  # fmt: skip


def father_name() -> Comparison:
    """Father's name; levels of a name."""
    return Comparison(
        "father_name", ("father_name",), features.NameFeature,
        match=(0.93, 0.012, 0.02, 0.006, 0.001, 0.015, 0.004, 0.012), stranger=(5e-4, 1e-5, 2e-4, 3e-4, 1e-4, 2e-3, 3e-3, 0.9939),
        frequency="father_name",
    )  # fmt: skip


def born_on() -> Comparison:
    """Birth date: same day; same day by the child's identity number; once one side is read as a lunar date; digits or day and month swapped;
    one digit; same month with a vague day; within 3 days; within 31 days; within half a year; different.

    The lunar level exists because village reports take the family's word: 2-5 % of their dates (domain.md 2.4, row 12).
    Converted exactly, never by a window: the gap is 19 to 54 days. No mother has two deliveries within half a year, so that this level
    speaks against a sibling as much as a near one does. Missing is no evidence either way.
    """  # fmt: skip
    return Comparison(
        "born_on", ("born_on", "id_born_on"), features.BirthDateFeature,
        match=(0.9555, 0.004, 0.012, 0.002, 0.004, 0.008, 0.010, 0.002, 0.0010, 0.0015),
        stranger=(0.0027, 1e-5, 0.005, 0.0008, 0.012, 0.004, 0.016, 0.13, 0.50, 0.33),
        sibling=(2e-4, 1e-5, 2e-4, 1e-4, 5e-3, 1e-4, 4e-4, 1e-3, 1e-3, 0.992),
    )  # fmt: skip


def sex() -> Comparison:
    """Sex: exact; exact by the child's identity number; different. Miscoded in 0.3 % (row 16): never a veto."""
    return Comparison(
        "sex", ("child_sex", "id_sex"), features.SexFeature,
        match=(0.993, 0.002, 0.005), stranger=(0.501, 0.001, 0.498), twin=(0.64, 0.001, 0.359), sibling=AS_STRANGER,
    )  # fmt: skip


def area() -> Comparison:
    """Residence: village; township; county; different. Children are registered at either parent's home (row 24)."""
    return Comparison(
        "area", ("area_code",), features.AreaFeature,
        match=(0.55, 0.20, 0.17, 0.08), stranger=(0.01, 0.06, 0.85, 0.08),
    )  # fmt: skip


def twin() -> Comparison:
    """Order within the delivery: same; one baby only; several babies, order unknown; different.

    `single` and `plural` may be told by any record of the same delivery (matching.deliveries). They say nothing of strangers; of
    two records of one delivery they say whether there can be another baby at all.
    """
    return Comparison(
        "twin", ("birth_order", "plurality"), features.OrderFeature,
        match=(0.012, 0.967, 0.020, 0.001), stranger=(0.006, 0.967, 0.020, 0.007),
        twin=(0.02, 0.03, 0.50, 0.45), sibling=AS_STRANGER,
    )  # fmt: skip


def survival() -> Comparison:
    """A registered child and a birth whose child lived; or died. A child who died young is hardly ever registered (row 31)."""
    return Comparison(
        "survival", ("died", "civil"), features.SurvivalFeature,
        match=(0.9985, 0.0015), stranger=(0.993, 0.007), twin=AS_STRANGER, sibling=AS_STRANGER,
    )  # fmt: skip


BIRTH_COMPARISONS = (
    certificate_no(), mother_id(), father_id(), child_name(), mother_name(), father_name(), born_on(), sex(), area(), twin(), survival(),
)  # fmt: skip
"""The comparisons of the births model, in the order of pair.parquet's columns."""
