"""Addresses of the pages that defend the gap, below the language."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import defence as views

patterns = [
    path("gap/sensitivity/", views.sensitivity, name="sensitivity"),
    path("gap/sensitivity/data.<str:form>", views.sensitivity_data, name="sensitivity_data"),
    path("gap/credit/", views.credit, name="credit"),
    path("gap/credit/data.<str:form>", views.credit_data, name="credit_data"),
    path("gap/validation/", views.validation, name="validation"),
    path("instruments/together/", views.together, name="together"),
    path("instruments/together/data.<str:form>", views.together_data, name="together_data"),
]
