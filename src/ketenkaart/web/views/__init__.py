"""The pages: each parses its question, calls a service and renders the answer."""

from ketenkaart.web.views.account import account, login, logout
from ketenkaart.web.views.gap import gap, gap_data, why
from ketenkaart.web.views.health import health
from ketenkaart.web.views.home import home
from ketenkaart.web.views.ledger import commitments, ledger, ledger_data, recommendation
from ketenkaart.web.views.parliament import (
    motion,
    motions,
    motions_data,
    papers,
    papers_data,
    parliament_commitments,
)
from ketenkaart.web.views.sources import glossary, sources

__all__ = [
    "account",
    "commitments",
    "gap",
    "gap_data",
    "glossary",
    "health",
    "home",
    "ledger",
    "ledger_data",
    "login",
    "logout",
    "motion",
    "motions",
    "motions_data",
    "papers",
    "papers_data",
    "parliament_commitments",
    "recommendation",
    "sources",
    "why",
]
