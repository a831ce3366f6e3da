"""Addresses of the law pages."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import laws as views

patterns = [
    path("laws/", views.laws, name="laws"),
    path("laws/data.<str:form>", views.laws_data, name="laws_data"),
    path("laws/check/", views.law_check, name="law_check"),
    path("laws/check/data.<str:form>", views.law_check_data, name="law_check_data"),
    path("laws/compare/", views.law_compare, name="law_compare"),
    path("laws/changes/", views.law_changes, name="law_changes"),
    path("laws/changes/data.<str:form>", views.law_changes_data, name="law_changes_data"),
    path("laws/<str:law_id>/", views.law, name="law"),
]
