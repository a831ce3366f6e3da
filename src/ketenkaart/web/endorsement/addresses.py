"""Addresses of the pages on reports that a machine read."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import endorsement as views

patterns = [
    path("monitor/reports/", views.reports, name="reports"),
    path("monitor/reports/data.<str:form>", views.reports_data, name="reports_data"),
    path("monitor/reports/judge/", views.report_samples, name="report_samples"),
    path("monitor/reports/judge/<str:sample>/", views.report_sample, name="report_sample"),
    path("monitor/reports/judge/<str:sample>/undo/", views.report_undo, name="report_undo"),
    path(
        "monitor/reports/judge/<str:sample>/<str:number>/", views.report_judge, name="report_judge"
    ),
]
