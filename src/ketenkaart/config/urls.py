"""Root URLs: everything people read stands under /nl/ or /en/."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from ketenkaart.web import errors, views

urlpatterns = [
    path("health", views.health, name="health"),
    *i18n_patterns(path("", include("ketenkaart.web.urls"))),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
