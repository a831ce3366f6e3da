"""Addresses of the pages of indicators."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import monitor as views
from ketenkaart.web.views import samples

patterns = [
    path("monitor/", views.indicators, name="indicators"),
    path("monitor/data.<str:form>", views.baselines_data, name="baselines_data"),
    path("monitor/sample-size/", samples.sample_size, name="sample_size"),
    path("monitor/estimates/", samples.estimates, name="estimates"),
    path("monitor/disclosure/", samples.disclosure, name="disclosure"),
    path("monitor/<str:indicator_id>/", views.indicator, name="indicator"),
    path("monitor/<str:indicator_id>/data.<str:form>", views.indicator_data, name="indicator_data"),
]
