"""The facilities that the registry knows where a path begins, as the chain pages list them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from ketenkaart.services.chain.naming import Names
from ketenkaart.services.chain.seen import SeenChain
from ketenkaart.services.facility_facts.nodes import KnownPlace, Node, places_at_nodes
from ketenkaart.sources.reference.labels import load_sectors
from ketenkaart.web.chain.wording import capital
from ketenkaart.web.text import say

MOST_NODES = 8


@dataclass(frozen=True, slots=True)
class KnownHere:
    """One place where a path begins: its name, how many facilities are known, the first few."""

    place: str
    count: int
    first: tuple[KnownPlace, ...]
    address: str
    address_label: str

    @property
    def others(self) -> int:
        """How many are known beside those that are named."""
        return self.count - len(self.first)


@dataclass(frozen=True, slots=True)
class KnownList:
    """What is known at the places where paths begin, in their order.

    `is_registry_empty` tells a registry in which nothing has a place in the table from one that
    knows nobody here; `more` counts the places with facilities that are not in `here`.
    """

    here: tuple[KnownHere, ...]
    more: int
    is_registry_empty: bool


def known_where(nodes: Iterable[Node], chain: SeenChain, language: str) -> KnownList:
    """Return what the registry knows at `nodes`, each once, the first `MOST_NODES` with any."""
    known = places_at_nodes(chain.edition)
    there = [node for node in dict.fromkeys(nodes) if node in known]
    here = tuple(
        KnownHere(
            place=capital(chain.names.node(*node).in_language(language)),
            count=known[node].count,
            first=known[node].first,
            address=list_address(node, chain.names, known[node].countries),
            address_label=_list_label(node, chain.names, language),
        )
        for node in there[:MOST_NODES]
    )
    return KnownList(here, len(there) - len(here), not known)


def known_counts(edition: str) -> dict[Node, int]:
    """Return how many facilities are known at every node where there are any."""
    return {node: here.count for node, here in places_at_nodes(edition).items()}


def list_address(node: Node, names: Names, countries: tuple[str, ...] = ()) -> str:
    """Return the address of the registry's list, as narrow as its filter can be for a node.

    The filter has countries and our own sectors: a sector that lies in none of ours does not
    narrow it. A region of many countries is narrowed to `countries`, those of its facilities.
    """
    country, sector = _filter(node, names)
    within = "" if country else ",".join(countries)
    asked = {"country": country, "within": within, "sector": sector}
    tail = urlencode({name: code for name, code in asked.items() if code})
    return reverse("web:facilities") + (f"?{tail}" if tail else "")


def _list_label(node: Node, names: Names, language: str) -> str:
    _, sector = _filter(node, names)
    titles = {item.id: item.name for item in load_sectors()}
    words = [names.regions[node[0]]]
    words += [titles[sector]] if sector else []
    what = ", ".join(item.in_language(language) for item in words)
    return say("chain.known_list", language, what=what)


def _filter(node: Node, names: Names) -> tuple[str | None, str | None]:
    return names.alpha3.get(node[0]), _own_sectors().get(node[1])


@lru_cache(maxsize=1)
def _own_sectors() -> dict[str, str]:
    return {code: item.id for item in load_sectors() for code in (item.id, *item.wiod2013)}
