"""A share counted by coders who err, put right by how often they err."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from ketenkaart.core.errors import InputError

LEAST_INFORMATION = 0.2
"""Below this sum of sensitivity and specificity less one, coding tells too little."""


@dataclass(frozen=True, slots=True)
class CodingCheck:
    """Passages coded again by who is taken to be right: how many of each kind were coded so.

    `hits` of `positives` were coded as such; `rejections` of `negatives` were coded as not.
    """

    hits: int
    positives: int
    rejections: int
    negatives: int

    def __post_init__(self) -> None:
        """Refuse counts that cannot be."""
        for some, all_of in ((self.hits, self.positives), (self.rejections, self.negatives)):
            if not 0 <= some <= all_of or all_of < 1:
                raise InputError(
                    f"{some} of {all_of} is no count of a check of coding",
                    where="coding check",
                    fix="Give hits of positives and rejections of negatives, both at least one.",
                )

    @property
    def sensitivity(self) -> float:
        """The share of true cases that were coded as such."""
        return self.hits / self.positives

    @property
    def specificity(self) -> float:
        """The share of others that were coded as not."""
        return self.rejections / self.negatives


@dataclass(frozen=True, slots=True)
class CorrectedShare:
    """A share put right for coding, with its standard error and what of it is due to coding."""

    value: float
    se: float
    se_sample: float
    se_coding: float


@dataclass(frozen=True, slots=True)
class CodingRates:
    """How often coders find a case, and leave others alone, with the standard error of each."""

    sensitivity: float
    specificity: float
    sensitivity_se: float
    specificity_se: float


def correct_by_rates(share: float, se: float, rates: CodingRates) -> CorrectedShare:
    """Return the share of true cases behind a coded share, as `correct_for_coding`, from rates.

    `se` is the standard error from sampling, NaN where it is not known. Raises `InputError` where
    coding tells too little to be put right.

    >>> found = correct_by_rates(0.30, 0.02, CodingRates(0.9, 0.95, 0.042, 0.015))
    >>> round(found.value, 4), round(found.se, 3)
    (0.2941, 0.03)
    """
    plain = rates.sensitivity + rates.specificity - 1
    if plain < LEAST_INFORMATION:
        raise InputError(
            f"Coding finds {rates.sensitivity:.0%} of cases and {rates.specificity:.0%} of others:"
            " too little to put a share right",
            where="coding check",
            fix="Mend the coding, or code by hand.",
        )
    inside = min(1.0, max(0.0, (share + rates.specificity - 1) / plain))
    sampled = se / plain
    coded = (
        sqrt((inside * rates.sensitivity_se) ** 2 + ((1 - inside) * rates.specificity_se) ** 2)
        / plain
    )
    return CorrectedShare(inside, sqrt(sampled**2 + coded**2), sampled, coded)


def correct_for_coding(share: float, se: float, check: CodingCheck) -> CorrectedShare:
    """Return the share of true cases behind a share that was coded with known errors.

    `share` is what was coded, `se` its standard error from sampling; the result is a share with a
    standard error that holds both. Figures of the check with a count of zero errors are taken with
    half a case added, so that no error is taken for impossible. Raises `InputError` where coding
    tells too little to be put right.

    Source: Rogan & Gladen (1978), American Journal of Epidemiology 107, 71-76.

    >>> found = correct_for_coding(0.30, 0.02, CodingCheck(45, 50, 190, 200))
    >>> round(found.value, 4), found.se > 0.02
    (0.2941, True)
    """
    sensitivity = (check.hits + 0.5) / (check.positives + 1)
    specificity = (check.rejections + 0.5) / (check.negatives + 1)
    plain = check.sensitivity + check.specificity - 1
    if plain < LEAST_INFORMATION:
        raise InputError(
            f"Coding finds {check.sensitivity:.0%} of cases and {check.specificity:.0%} of others:"
            " too little to put a share right",
            where="coding check",
            fix="Mend the coding, or code by hand.",
        )
    value = (share + check.specificity - 1) / plain
    inside = min(1.0, max(0.0, value))
    sampled = se / plain
    coded = (
        sqrt(
            inside**2 * sensitivity * (1 - sensitivity) / check.positives
            + (1 - inside) ** 2 * specificity * (1 - specificity) / check.negatives
        )
        / plain
    )
    return CorrectedShare(inside, sqrt(sampled**2 + coded**2), sampled, coded)
