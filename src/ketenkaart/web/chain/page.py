"""What every page of the chain shares: its form, its parts, where figures come from, its ETag."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from ketenkaart.core.errors import KetenkaartError
from ketenkaart.services.chain.choices import (
    KnownTable,
    all_tables_stamp,
    chain_choices,
    known_tables,
    table_stamp,
)
from ketenkaart.services.chain.counting import RISK, is_risk
from ketenkaart.services.chain.question import HOME
from ketenkaart.services.chain.seen import SeenChain
from ketenkaart.services.chain.starter import is_starter
from ketenkaart.services.chain.tables import STARTER
from ketenkaart.services.facility_facts.nodes import registry_state
from ketenkaart.web.account import actor_of
from ketenkaart.web.chain.coded import coded_words
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.wording import extension_label, unit_words
from ketenkaart.web.render import page

PARTS = (
    "chain", "chain_places", "chain_tiers", "chain_paths", "chain_between", "chain_compare",
    "chain_series", "chain_trade", "chain_levers", "chain_purchases",
)  # fmt: skip
View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Part:
    """One page of the chain in the row of links above it."""

    key: str
    url: str
    is_current: bool


def chain_view(view: View) -> View:
    """Make a view answer GET and HEAD alone, and 304 where the table stands as it did.

    The tag holds the state of all tables and of the registry of facilities, the whole address and
    the program's version. Who is
    logged in gets no tag: pages name the account.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        response = view(request, *args, **named)
        if response.status_code == 200 and actor_of(request) is None:
            patch_cache_control(response, no_cache=True)
        return response

    return require_safe(condition(etag_func=_tag)(answered))


def chain_page(
    request: HttpRequest,
    form: ChainForm,
    here: str,
    context: dict[str, Any],
    *,
    status: int | None = None,
) -> HttpResponse:
    """Return a page of the chain; 400 where a choice was wrong."""
    shared = form.shared()
    tail = f"?{shared}" if shared else ""
    whole = {
        "form": form,
        "fields": form.fields(),
        "here_name": here,
        "parts": [Part(name, reverse(f"web:{name}") + tail, name == here) for name in PARTS],
        "coded": coded_words(form),
        "choices": form.choices,
        "tail": tail,
        "counted": extension_label(
            form.extension,
            form.language,
            is_estimate=form.extension in form.choices.estimates,
        ),
        "data_address": form.address(),
        "full_tables": [] if form.choices.has_all_demand else full_tables(form, here),
    }
    chain = context.get("chain")
    if chain is not None:
        whole |= _about(form, chain)
    template = f"chain/{here.removeprefix('chain_') if here != 'chain' else 'overview'}.html"
    code = status or (400 if form.errors else 200)
    return page(request, "chain", template, whole | context, status=code)


def _about(form: ChainForm, chain: SeenChain) -> dict[str, Any]:
    """Return what pages say of the chain at hand."""
    names, chosen = chain.names, form.language
    product = form.given.get("product")
    return {
        "unit": unit_words(chain.unit, chosen),
        "unknown_unit": unit_words(chain.unknown_unit, chosen),
        "home_name": names.itself(chain.home).in_language(chosen),
        "abroad_share": chain.abroad / chain.total if chain.total else None,
        "product_name": names.sectors[product].in_language(chosen) if product else None,
        "gap_address": gap_address(form),
    }


def gap_address(form: ChainForm) -> str | None:
    """Return where the gap of the same place is shown; None where the gap has no such choice.

    The gap is computed from the starter edition, for final demand of its own country.
    """
    asked = form.question
    if asked is None or not is_starter(form.choices.table.id) or asked.sector or asked.products:
        return None
    country, sector = form.extra.get("country"), form.extra.get("sector")
    issue = form.extension.removeprefix(RISK) if is_risk(form.extension) else None
    if country == HOME:
        return None
    chosen = {"issue": issue, "country": country, "sector": sector}
    tail = urlencode({name: value for name, value in chosen.items() if value})
    return reverse("web:gap") + (f"?{tail}" if tail else "")


def full_tables(form: ChainForm, here: str) -> list[tuple[KnownTable, str]]:
    """Return the tables that know every country's demand, each with this page asked of it."""
    return [
        (table, f"{reverse(f'web:{here}')}?edition={table.id}")
        for table in known_tables()
        if table.id != form.choices.table.id and chain_choices(table.id).has_all_demand
    ]


def _tag(request: HttpRequest, *_args: object, **_named: object) -> str | None:
    if actor_of(request) is not None:
        return None
    editions = {request.GET.get(name) or STARTER for name in ("edition", "with_edition")}
    try:
        stamps = [*(table_stamp(name) for name in sorted({*editions, STARTER})), all_tables_stamp()]
    except KetenkaartError:
        return None
    words = "\n".join([_program(), *stamps, repr(registry_state()), request.get_full_path()])
    return f'"{hashlib.sha256(words.encode()).hexdigest()[:32]}"'


@lru_cache(maxsize=1)
def _program() -> str:
    """Return the program's version and the newest of the files that pages are made of."""
    web = Path(__file__).resolve().parent.parent
    files = [*web.glob("text/*.yml"), *web.rglob("templates/**/*.html"), *web.rglob("*.py")]
    return f"{version('ketenkaart')} {max(file.stat().st_mtime_ns for file in files)}"
