"""The largest paths as sentences, and who sits between maker and buyer."""

from __future__ import annotations

import numpy as np
from django.http import HttpRequest, HttpResponse

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.neighbours import ask_between
from ketenkaart.services.chain.paths import PathFilter, PathsAnswer
from ketenkaart.services.chain.seen import SeenChain, kept, see_chain, see_paths
from ketenkaart.web.chain.form import ChainForm, arises_options, is_abroad
from ketenkaart.web.chain.known_places import known_where
from ketenkaart.web.chain.page import chain_page, chain_view
from ketenkaart.web.chain.sentences import said_paths, said_remainder, said_sums
from ketenkaart.web.chain.wording import capital
from ketenkaart.web.render import language
from ketenkaart.web.text import say

TOPS = ("25", "100", "500")
TIERS = ("0", "1", "2", "3", "4")
BETWEEN = 20


@chain_view
def chain_paths(request: HttpRequest) -> HttpResponse:
    """Show the largest paths that begin in a country or sector, as sentences."""
    chosen = language()
    extra = {
        "arises": arises_options(chosen),
        "min_tier": [(tier, say(f"chain.min_tier_{tier}", chosen)) for tier in TIERS],
        "top": [(top, say("chain.top_paths", chosen, count=top)) for top in TOPS],
    }
    form = ChainForm.read(request.GET.dict(), chosen, extra)
    form.read_places()
    found: SeenChain | None = None
    answer: PathsAnswer | None = None
    if form.question is not None and not form.errors:
        try:
            found = see_chain(form.question, extension=form.extension)
            answer = see_paths(
                form.question,
                extension=form.extension,
                top=int(form.extra["top"] or TOPS[0]),
                chosen=PathFilter(
                    form.extra["country"],
                    form.extra["sector"],
                    int(form.extra["min_tier"] or TIERS[0]),
                    outside_of(form),
                ),
            )
        except InputError as error:
            form.refuse(error)
    if found is None or answer is None:
        return chain_page(request, form, "chain_paths", {"chain": None})
    context = {
        "chain": found,
        "answer": answer,
        "paths": said_paths(answer, found, chosen),
        "remainder": said_remainder(answer, chosen),
        "sums": said_sums(answer, chosen),
        "estimate": () if answer.uncertainty is None else answer.notes,
        "has_own_ends": found.is_estimate,
        "place": _place(form, found),
        "known": known_where((row.nodes[0] for row in answer.rows), found, chosen),
    }
    return chain_page(request, form, "chain_paths", context)


@chain_view
def chain_between(request: HttpRequest) -> HttpResponse:
    """Show the sectors through which a flow passes between its makers and a demand."""
    chosen = language()
    form = ChainForm.read(request.GET.dict(), chosen)
    form.read_places()
    if form.question is None or form.errors:
        return chain_page(request, form, "chain_between", {"chain": None})
    try:
        found = see_chain(form.question, extension=form.extension)
        answer = kept(
            ask_between,
            form.question.edition,
            question=form.question,
            sources=sources_of(form),
            extension=form.extension,
            top=BETWEEN,
        )
    except InputError as error:
        form.refuse(error)
        return chain_page(request, form, "chain_between", {"chain": None})
    top = max((float(row[2] or 0) for row in answer.rows), default=0.0)
    context = {
        "chain": found,
        "answer": answer,
        "place": _place(form, found),
        "known": known_where(makers(form, found), found, chosen),
        "rows": [
            (
                capital(found.names.node(str(row[0]), str(row[1])).in_language(chosen)),
                float(row[2] or 0),
                row[3],
                row[4],
                f"{float(row[2] or 0) / top * 100:.2f}%" if top else "0%",
            )
            for row in answer.rows
        ],
    }
    return chain_page(request, form, "chain_between", context)


def outside_of(form: ChainForm) -> str | None:
    """Return the region whose own sources are left out of the paths, None for no region."""
    asked = form.question
    if asked is None or not is_abroad(form):
        return None
    return asked.demand or (asked.sector or "").partition(".")[0] or None


def sources_of(form: ChainForm) -> tuple[str, ...]:
    """Return the makers that the fields country and sector mean, as services name them."""
    country, sector = form.extra["country"], form.extra["sector"]
    if country and sector:
        return (f"{country}.{sector}",)
    return tuple(code for code in (country, sector) if code)


def makers(form: ChainForm, chain: SeenChain) -> list[tuple[str, str]]:
    """Return the nodes that the fields country and sector mean, the largest maker first."""
    country, sector = form.extra["country"], form.extra["sector"]
    columns = len(chain.sectors)
    nodes = [divmod(int(k), columns) for k in np.argsort(-chain.values, axis=None, kind="stable")]
    return [
        (chain.regions[r], chain.sectors[s])
        for r, s in nodes
        if chain.values[r, s]
        and country in {None, chain.regions[r]}
        and sector in {None, chain.sectors[s]}
    ]


def _place(form: ChainForm, chain: SeenChain) -> str:
    """Say where paths begin, empty for anywhere."""
    country, sector = form.extra["country"], form.extra["sector"]
    if country and sector:
        return chain.names.at(country, sector).in_language(form.language)
    if country:
        return chain.names.placed[country].in_language(form.language)
    return chain.names.doing[sector].in_language(form.language) if sector else ""
