"""Laws: which apply to a firm on a day, what they ask, and how they differ."""

from ketenkaart.services.laws.book import (
    find_law,
    find_version,
    law_book,
    law_day,
    law_thresholds,
)
from ketenkaart.services.laws.checking import check_facts, check_file, check_text
from ketenkaart.services.laws.comparing import compare_laws, law_changes

__all__ = [
    "check_facts",
    "check_file",
    "check_text",
    "compare_laws",
    "find_law",
    "find_version",
    "law_book",
    "law_changes",
    "law_day",
    "law_thresholds",
]
