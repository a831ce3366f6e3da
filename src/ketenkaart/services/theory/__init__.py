"""Policy theories with what the evidence says of them; works without Django."""

from ketenkaart.services.theory.reading import (
    SeenTheory,
    find_theory,
    list_theories,
    read_own_theory,
    sdg_links,
    status_rule,
    theories_of,
    trade_offs,
)

__all__ = [
    "SeenTheory",
    "find_theory",
    "list_theories",
    "read_own_theory",
    "sdg_links",
    "status_rule",
    "theories_of",
    "trade_offs",
]
