"""Addresses of the mix, below the language."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import mix as views

patterns = [
    path("mix/", views.mix, name="mix"),
    path("mix/data.<str:form>", views.mix_data, name="mix_data"),
    path("mix/what-if/", views.what_if, name="what_if"),
    path("mix/what-if/data.<str:form>", views.what_if_data, name="what_if_data"),
]
