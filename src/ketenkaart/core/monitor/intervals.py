"""Intervals: Student's t, and those for proportions that hold near 0 and 1."""

from __future__ import annotations

import math

from ketenkaart.core.monitor.types import IntervalMethod

Ends = tuple[float | None, float | None]


def t_quantile(level: float, df: float) -> float:
    """Return how many standard errors an interval reaches to either side.

    >>> round(t_quantile(0.95, 14), 4)
    2.1448
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - slow to load

    return float(stdtrit(df, (1 + level) / 2))


def student(estimate: float, se: float, df: int, level: float) -> Ends:
    """Return estimate ± t se; no ends without degrees of freedom."""
    if df <= 0:
        return None, None
    reach = t_quantile(level, df) * se
    return estimate - reach, estimate + reach


def proportion_ends(
    share: float,
    se: float,
    *,
    rows: int,
    kish: float,
    df: int,
    level: float,
    method: IntervalMethod,
) -> Ends:
    """Return the ends of the interval of a proportion between 0 and 1; none without freedom.

    The effective sample size is p(1 − p)/se², corrected for degrees of freedom by the squared
    ratio of t quantiles (Korn & Graubard 1998, Surv. Methodol. 24). Where p is 0 or 1 and no
    variance can be seen, it is `kish`, (Σw)²/Σw² of the `rows`.
    """
    if df <= 0:
        return None, None
    if method == "t":
        return student(share, se, df, level)
    seen = 0 < share < 1 and se > 0
    if method == "logit" and seen:
        centre = math.log(share / (1 - share))
        reach = t_quantile(level, df) * se / (share * (1 - share))
        return 1 / (1 + math.exp(reach - centre)), 1 / (1 + math.exp(-reach - centre))
    if 0 < share < 1 and se == 0:
        return share, share
    effective = share * (1 - share) / se**2 if seen else kish
    if rows > 1:
        effective *= (t_quantile(level, rows - 1) / t_quantile(level, df)) ** 2
    if method == "wilson":
        return wilson(share, effective, level)
    return clopper_pearson(share, effective, level)


def wilson(share: float, n: float, level: float) -> tuple[float, float]:
    """Return Wilson's score interval; `n` may be an effective size (J. Am. Stat. Assoc. 22, 1927).

    >>> [round(end, 4) for end in wilson(0.1, 20, 0.95)]
    [0.0279, 0.301]
    """
    from scipy.special import ndtri  # noqa: PLC0415 - slow to load

    z = float(ndtri((1 + level) / 2))
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def clopper_pearson(share: float, n: float, level: float) -> tuple[float, float]:
    """Return the interval of Clopper & Pearson (1934) for `n` that may be an effective size.

    >>> [round(end, 4) for end in clopper_pearson(0.1, 20, 0.95)]
    [0.0123, 0.317]
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - slow to load

    tail = (1 - level) / 2
    yes, no = n * share, n * (1 - share)
    low = 0.0 if yes <= 0 else float(betaincinv(yes, no + 1, tail))
    high = 1.0 if no <= 0 else float(betaincinv(yes + 1, no, 1 - tail))
    return low, high
