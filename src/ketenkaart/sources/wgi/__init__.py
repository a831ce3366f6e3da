"""Worldwide Governance Indicators (World Bank)."""

from ketenkaart.sources.wgi.reader import read_wgi

__all__ = ["read_wgi"]
