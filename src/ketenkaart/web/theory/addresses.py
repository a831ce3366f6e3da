"""Addresses of the pages of policy theories, below the language."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import theory as views

patterns = [
    path("theory/", views.theories, name="theories"),
    path("theory/data.<str:form>", views.theories_data, name="theories_data"),
    path("theory/sdg/", views.theory_sdg, name="theory_sdg"),
    path("theory/sdg/data.<str:form>", views.theory_sdg_data, name="theory_sdg_data"),
    path("theory/conflicts/", views.theory_conflicts, name="theory_conflicts"),
    path("theory/<str:theory_id>/", views.theory, name="theory"),
    path("theory/<str:theory_id>/data.<str:form>", views.theory_data, name="theory_data"),
]
