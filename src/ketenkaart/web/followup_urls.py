"""Addresses of follow-up, below the ledger."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import followup

urlpatterns = [
    path("ledger/calendar.ics", followup.calendar, name="calendar"),
    path("ledger/follow-up/", followup.follow_up, name="follow_up"),
    path("ledger/follow-up/data.<str:form>", followup.follow_up_data, name="follow_up_data"),
    path("ledger/follow-up/draft.md", followup.draft, name="draft_letter"),
    path("ledger/follow-up/evidence/<str:sha256>", followup.evidence_file, name="evidence_file"),
    path("ledger/follow-up/registers/", followup.registers, name="follow_up_registers"),
    path("ledger/follow-up/planning/", followup.planning, name="planning"),
    path("ledger/follow-up/planning/projects/<str:project_id>/", followup.project, name="project"),
    path("ledger/follow-up/planning/plans/<str:plan_id>/", followup.plan, name="plan"),
    path("ledger/follow-up/planning/articles/<str:article_id>/", followup.review, name="review"),
    path(
        "ledger/follow-up/planning/articles/<str:article_id>/data.<str:form>",
        followup.review_data,
        name="review_data",
    ),
    path("ledger/follow-up/promises/", followup.promises, name="promises"),
    path("ledger/follow-up/change/<str:action>/", followup.plan_act, name="plan_act"),
    path("ledger/follow-up/<str:letter>/<str:code>/", followup.follow_item, name="follow_item"),
    path("ledger/follow-up/<str:letter>/<str:code>/<str:action>/", followup.act, name="act"),
]
