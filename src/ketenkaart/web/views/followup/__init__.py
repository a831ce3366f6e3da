"""The pages of follow-up: lists, one item with its three lanes, forms, registers and plans."""

from ketenkaart.web.views.followup.acting import act, plan_act
from ketenkaart.web.views.followup.downloads import (
    calendar,
    draft,
    evidence_file,
    follow_up_data,
    review_data,
)
from ketenkaart.web.views.followup.item import follow_item
from ketenkaart.web.views.followup.overview import follow_up
from ketenkaart.web.views.followup.planning import plan, planning, project, review
from ketenkaart.web.views.followup.promises import promises
from ketenkaart.web.views.followup.registers import registers

__all__ = [
    "act",
    "calendar",
    "draft",
    "evidence_file",
    "follow_item",
    "follow_up",
    "follow_up_data",
    "plan",
    "plan_act",
    "planning",
    "project",
    "promises",
    "registers",
    "review",
    "review_data",
]
