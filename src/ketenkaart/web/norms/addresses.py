"""Addresses of the pages of standards and clauses, below the language."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import norms as views

patterns = [
    path("norms/", views.standards, name="norms"),
    path("norms/data.<str:form>", views.standards_data, name="norms_data"),
    path("norms/sheet.csv", views.empty_sheet_file, name="norms_sheet"),
    path("norms/sectors/", views.sectors, name="norms_sectors"),
    path("norms/sectors/data.<str:form>", views.sectors_data, name="norms_sectors_data"),
    path("norms/agreements/", views.agreements, name="norms_agreements"),
    path("norms/agreements/<str:agreement_id>/", views.agreement, name="norms_agreement"),
    path(
        "norms/agreements/<str:agreement_id>/data.<str:form>",
        views.agreement_data,
        name="norms_agreement_data",
    ),
    path("norms/<str:standard_id>/", views.standard, name="norms_standard"),
]
