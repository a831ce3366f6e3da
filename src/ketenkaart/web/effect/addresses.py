"""Addresses of the page that explains the effect of procurement."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import effect as views

patterns = [
    path("monitor/effect/", views.effect, name="effect"),
    path("monitor/effect/example.<str:form>", views.effect_example, name="effect_example"),
    path("monitor/effect/groups.<str:form>", views.effect_groups, name="effect_groups"),
]
