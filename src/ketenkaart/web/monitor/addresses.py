"""Addresses of the pages of indicators."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import monitor as views

patterns = [
    path("monitor/", views.indicators, name="indicators"),
    path("monitor/data.<str:form>", views.baselines_data, name="baselines_data"),
    path("monitor/<str:indicator_id>/", views.indicator, name="indicator"),
    path("monitor/<str:indicator_id>/data.<str:form>", views.indicator_data, name="indicator_data"),
]
