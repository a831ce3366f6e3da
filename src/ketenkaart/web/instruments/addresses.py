"""Addresses of the pages about instruments."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import instruments as views

patterns = [
    path("instruments/", views.instruments, name="instruments"),
    path("instruments/data.<str:form>", views.instruments_data, name="instruments_data"),
    path("instruments/compare/", views.instruments_compare, name="instruments_compare"),
    path("instruments/waiting/", views.instruments_waiting, name="instruments_waiting"),
    path("instruments/<str:instrument_id>/", views.instrument, name="instrument"),
    path(
        "instruments/<str:instrument_id>/data.<str:form>",
        views.instrument_data,
        name="instrument_data",
    ),
    path("instruments/<str:instrument_id>/edit/", views.instrument_edit, name="instrument_edit"),
    path(
        "instruments/<str:instrument_id>/versions/",
        views.instrument_versions,
        name="instrument_versions",
    ),
    path(
        "instruments/<str:instrument_id>/versions/<int:version_id>/",
        views.instrument_version,
        name="instrument_version",
    ),
]
