"""The pages of the chain: where it comes from, how deep, along which paths, and who else buys."""

from ketenkaart.web.views.chain.comparing import chain_compare
from ketenkaart.web.views.chain.downloads import chain_data
from ketenkaart.web.views.chain.layers import chain_tiers
from ketenkaart.web.views.chain.leverage import chain_levers, chain_levers_aid
from ketenkaart.web.views.chain.overview import chain
from ketenkaart.web.views.chain.places import chain_places
from ketenkaart.web.views.chain.purchases import (
    chain_purchases,
    chain_purchases_data,
    chain_purchases_template,
)
from ketenkaart.web.views.chain.routes import chain_between, chain_paths
from ketenkaart.web.views.chain.series import chain_series
from ketenkaart.web.views.chain.trading import chain_trade

__all__ = [
    "chain",
    "chain_between",
    "chain_compare",
    "chain_data",
    "chain_levers",
    "chain_levers_aid",
    "chain_paths",
    "chain_places",
    "chain_purchases",
    "chain_purchases_data",
    "chain_purchases_template",
    "chain_series",
    "chain_tiers",
    "chain_trade",
]
