"""The pages of the registry of facilities."""

from ketenkaart.web.views.facilities.coverage import facility_coverage, facility_coverage_data
from ketenkaart.web.views.facilities.lists import facility_lists
from ketenkaart.web.views.facilities.mine import facility_contacts, facility_own
from ketenkaart.web.views.facilities.programmes import programmes
from ketenkaart.web.views.facilities.queue import facility_proposal, facility_queue
from ketenkaart.web.views.facilities.registry import (
    facilities,
    facilities_data,
    facility,
    facility_data,
)
from ketenkaart.web.views.facilities.stating import facility_state
from ketenkaart.web.views.facilities.wages import facility_wages

__all__ = [
    "facilities",
    "facilities_data",
    "facility",
    "facility_contacts",
    "facility_coverage",
    "facility_coverage_data",
    "facility_data",
    "facility_lists",
    "facility_own",
    "facility_proposal",
    "facility_queue",
    "facility_state",
    "facility_wages",
    "programmes",
]
