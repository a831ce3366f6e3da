"""What decided an answer, in words for a terminal or a cell of a table (English)."""

from __future__ import annotations

from ketenkaart.core.governance.rules.answering import Decider

SIGNS = {
    "more_than": "more than", "at_least": "at least", "less_than": "less than",
    "at_most": "at most", "equals": "is", "on_or_after": "on or after", "before": "before",
}  # fmt: skip


def number_words(value: object) -> str:
    """Write a number with spaces between thousands, a range with to, and words as they are."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        if isinstance(value, tuple) and value[-1] is None:
            return f"{number_words(value[0])} or more"
        if isinstance(value, tuple):
            return " to ".join(number_words(one) for one in value)
        return str(value)
    return f"{value:,}".replace(",", " ")


def decided_words(item: Decider) -> str:
    """Return one comparison in words: `employees 2025: 6 000, more than 5 000? yes (art. 2)`."""
    year = f" {item.year}" if item.year else ""
    unit = f" {item.unit_label.en if item.unit_label else item.unit}" if item.unit else ""
    place = f" ({item.article})" if item.article else ""
    limit = (
        " or ".join(item.threshold)
        if isinstance(item.threshold, tuple) and isinstance(item.threshold[0], str)
        else number_words(item.threshold)
    )
    if item.fact == "financial_year_end":
        closed = "closed" if item.holds == "yes" else "not yet closed"
        return f"the financial year ends on {item.value}: this year's is {closed} on that day"
    test = f"{SIGNS[item.test]} {limit}? {item.holds}"
    if item.test == "equals" and item.value in ("yes", "no"):
        return f"{item.label.en}{year}{unit}: {item.value}{place}"
    return f"{item.label.en}{year}: {number_words(item.value)}{unit}, {test}{place}"
