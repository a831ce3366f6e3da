"""Addresses of the registry of facilities."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import facilities as views

patterns = [
    path("facilities/", views.facilities, name="facilities"),
    path("facilities/data.<str:form>", views.facilities_data, name="facilities_data"),
    path("facilities/coverage/", views.facility_coverage, name="facility_coverage"),
    path(
        "facilities/coverage/data.<str:form>",
        views.facility_coverage_data,
        name="facility_coverage_data",
    ),
    path("facilities/wages/", views.facility_wages, name="facility_wages"),
    path("facilities/programmes/", views.programmes, name="programmes"),
    path("facilities/lists/", views.facility_lists, name="facility_lists"),
    path("facilities/own/", views.facility_own, name="facility_own"),
    path("facilities/contacts/", views.facility_contacts, name="facility_contacts"),
    path("facilities/queue/", views.facility_queue, name="facility_queue"),
    path("facilities/queue/<int:proposal_id>/", views.facility_proposal, name="facility_proposal"),
    path("facilities/<str:key>/", views.facility, name="facility"),
    path("facilities/<str:key>/data.json", views.facility_data, name="facility_data"),
    path("facilities/<str:key>/state/", views.facility_state, name="facility_state"),
]
