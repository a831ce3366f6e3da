"""Addresses of the chain pages, below the language."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import chain as views

patterns = [
    path("chain/", views.chain, name="chain"),
    path("chain/places/", views.chain_places, name="chain_places"),
    path("chain/tiers/", views.chain_tiers, name="chain_tiers"),
    path("chain/paths/", views.chain_paths, name="chain_paths"),
    path("chain/between/", views.chain_between, name="chain_between"),
    path("chain/compare/", views.chain_compare, name="chain_compare"),
    path("chain/series/", views.chain_series, name="chain_series"),
    path("chain/trade/", views.chain_trade, name="chain_trade"),
    path("chain/levers/", views.chain_levers, name="chain_levers"),
    path("chain/levers/aid/", views.chain_levers_aid, name="chain_levers_aid"),
    path("chain/purchases/", views.chain_purchases, name="chain_purchases"),
    path(
        "chain/purchases/template.<str:form>",
        views.chain_purchases_template,
        name="chain_purchases_template",
    ),
    path(
        "chain/purchases/data/<str:part>.<str:form>",
        views.chain_purchases_data,
        name="chain_purchases_data",
    ),
    path("chain/data/<str:part>.<str:form>", views.chain_data, name="chain_data"),
]
