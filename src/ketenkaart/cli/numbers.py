"""Write figures for people: amounts, shares, and ends that are not there."""

from __future__ import annotations

NOT_GIVEN = "–"


def amount(value: float | None) -> str:
    """Return an amount with thousands separated, to whole units from ten up.

    >>> amount(1234.5), amount(3.21), amount(0.001), amount(0.0), amount(None)
    ('1,234', '3.2', '<0.1', '0', '–')
    """
    if value is None:
        return NOT_GIVEN
    if value == 0:
        return "0"
    if 0 < value < 0.05:
        return "<0.1"
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}"


def rough(value: float | None) -> str:
    """Return an estimate to three digits: more would pretend to know more.

    >>> rough(9_141_906), rough(None)
    ('9,140,000', '–')
    """
    return amount(None if value is None else float(f"{value:.3g}"))


def percent(share: float | None) -> str:
    """Return a share as a percentage with one decimal; `–` where it is not defined.

    Anything short of the whole never rounds up to it, and anything above nothing never to zero.

    >>> percent(0.1234), percent(0.99999), percent(0.00001), percent(1.0), percent(None)
    ('12.3%', '>99.9%', '<0.1%', '100%', '–')
    """
    if share is None:
        return NOT_GIVEN
    if abs(share - 1) < 1e-9:
        return "100%"
    if share > 0.9995:
        return ">99.9%"
    if abs(share) < 1e-12:
        return "0%"
    if 0 < share < 0.0005:
        return "<0.1%"
    return f"{100 * share:.1f}%"


def between(low: float | None, high: float | None) -> str:
    """Return two shares as an interval in percent.

    Ends that read alike are written once.

    >>> between(0.25, 1.0), between(1.0, 1.0), between(None, None)
    ('25.0–100%', '100%', 'not applicable')
    """
    if low is None or high is None:
        return "not applicable"
    first, last = percent(low), percent(high)
    return first if first == last else f"{first.rstrip('%')}–{last}"
