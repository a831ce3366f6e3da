"""Addresses of the pages of evidence, below the language."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import evidence as views

patterns = [
    path("evidence/", views.evidence, name="evidence"),
    path("evidence/data.<str:form>", views.evidence_data, name="evidence_data"),
    path("evidence/map.<str:form>", views.evidence_map_data, name="evidence_map_data"),
    path("evidence/initiatives/", views.evidence_initiatives, name="evidence_initiatives"),
    path(
        "evidence/initiatives/data.<str:form>",
        views.evidence_initiatives_data,
        name="evidence_initiatives_data",
    ),
    path(
        "evidence/initiatives/<str:initiative_id>/",
        views.evidence_initiative,
        name="evidence_initiative",
    ),
    path("evidence/<str:study_id>/", views.evidence_study, name="evidence_study"),
    path(
        "evidence/<str:study_id>/data.<str:form>",
        views.evidence_study_data,
        name="evidence_study_data",
    ),
]
