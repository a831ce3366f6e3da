"""All of `ketenkaart chain`: importing this brings every command together."""

from __future__ import annotations

from ketenkaart.cli import (
    chain_paths,
    chain_purchases,
    chain_sector,
    chain_series,
    chain_stage,
    chain_trade,
)
from ketenkaart.cli.chain import chain_app

__all__ = [
    "chain_app",
    "chain_paths",
    "chain_purchases",
    "chain_sector",
    "chain_series",
    "chain_stage",
    "chain_trade",
]
