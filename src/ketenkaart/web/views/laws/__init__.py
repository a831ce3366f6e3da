"""The law pages: the list, one law, laws side by side, what changed, and the check of a firm."""

from ketenkaart.web.views.laws.changes import law_changes, law_changes_data
from ketenkaart.web.views.laws.check import law_check, law_check_data
from ketenkaart.web.views.laws.compare import law_compare
from ketenkaart.web.views.laws.one import law
from ketenkaart.web.views.laws.overview import laws, laws_data

__all__ = [
    "law",
    "law_changes",
    "law_changes_data",
    "law_check",
    "law_check_data",
    "law_compare",
    "laws",
    "laws_data",
]
