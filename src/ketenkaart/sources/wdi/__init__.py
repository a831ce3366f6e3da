"""World Development Indicators around 2020 (World Bank, as in the QoG data set)."""

from ketenkaart.sources.wdi.reader import read_wdi

__all__ = ["read_wdi"]
