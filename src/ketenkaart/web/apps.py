"""The Django app of the site."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers templates, static files and template tags of the site."""

    name = "ketenkaart.web"
    label = "web"
