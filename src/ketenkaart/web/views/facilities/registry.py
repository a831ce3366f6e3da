"""The registry to read: a list with a filter, and a page per facility for every id it had."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ketenkaart.core.chain.facilities.ids import FacilityIdError, canonical_id
from ketenkaart.core.chain.facility_nodes import FacilityNode
from ketenkaart.core.errors import NotFoundError
from ketenkaart.services.actors import Role
from ketenkaart.services.facilities.registry import resolve
from ketenkaart.services.facility_facts.listing import LISTED_COLUMNS, all_listed, listing
from ketenkaart.services.facility_facts.profile import FacilityProfile, profile_of
from ketenkaart.services.facility_facts.programmes import programmes_by_id
from ketenkaart.services.installed import edition_day
from ketenkaart.sources.reference.labels import load_sectors
from ketenkaart.web.account import actor_of
from ketenkaart.web.exports import csv_download, json_download, refusal, require_form
from ketenkaart.web.facilities.filter import FacilityFilter
from ketenkaart.web.facilities.map import place_map
from ketenkaart.web.facilities.words import country_names, role_links
from ketenkaart.web.render import language, page

MOST_DOWNLOADED = 100_000


@require_safe
def facilities(request: HttpRequest) -> HttpResponse:
    """Show the facilities that match the filter, a page at a time; an id leads to its page."""
    chosen = FacilityFilter.read(request.GET.dict(), language())
    try:
        return redirect("web:facility", key=canonical_id(chosen.given["q"]))
    except FacilityIdError:
        found = listing(chosen.query())
    return page(
        request,
        "facilities",
        "facilities/list.html",
        {
            "filter": chosen,
            "fields": chosen.fields(),
            "found": found,
            "countries": country_names(language()),
            "sectors": {item.id: item.name for item in load_sectors()},
            "address": chosen.address(),
            "everywhere": chosen.address(within=""),
            "previous": None if found.previous is None else chosen.address(found.previous),
            "next": chosen.address(found.next) if found.next else None,
            "is_filtered": bool(chosen.address()),
            "role_links": role_links(request),
            "here_now": "facilities",
        },
        status=400 if chosen.errors else 200,
    )


@require_safe
def facilities_data(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the facilities that match the filter, as CSV or JSON."""
    require_form(form)
    chosen = FacilityFilter.read(request.GET.dict(), language())
    if chosen.errors:
        raise refusal(chosen.errors)
    found = all_listed(chosen.query(limit=MOST_DOWNLOADED, is_whole=True))
    if form == "json":
        return json_download("ketenkaart-facilities", [item.as_json() for item in found])
    return csv_download("ketenkaart-facilities", LISTED_COLUMNS, (item.cells() for item in found))


@require_safe
def facility(request: HttpRequest, key: str) -> HttpResponse:
    """Show one facility; an id that was merged leads on to what it is today, for good."""
    ends = resolve_or_absent(key)
    if key != canonical_id(key):
        return HttpResponsePermanentRedirect(reverse("web:facility", args=(canonical_id(key),)))
    if len(ends) == 1 and ends[0] != key:
        address = reverse("web:facility", args=(ends[0],))
        return HttpResponsePermanentRedirect(f"{address}?was={key}")
    found = profile_of(key, day=edition_day())
    said = found.facility.said
    node = found.node
    sectors = {item.id: item.name for item in load_sectors()}
    has_place = said.latitude is not None and said.longitude is not None
    actor = actor_of(request)
    return page(
        request,
        "facilities",
        "facilities/one.html",
        {
            "found": found,
            "said": said,
            "was": _was(request, found),
            "countries": country_names(language()),
            "sectors": sectors,
            "map": place_map(said.longitude or 0.0, said.latitude or 0.0) if has_place else None,
            "node_country": country_names(language()).get(node.region or "", node.region),
            "node_sectors": ", ".join(
                sectors[name].in_language(language()) if name in sectors else name
                for name in node.sectors
            ),
            "chain_address": _chain_address(node),
            "role_links": role_links(request),
            "may_state": actor is not None and bool(actor.roles & {Role.EDITOR, Role.MODERATOR}),
            "links": [(link, programmes_by_id()[link.programme].name) for link in found.links],
            "here_now": "facilities",
        },
    )


@require_safe
def facility_data(_request: HttpRequest, key: str) -> HttpResponse:
    """Hand out what may be told of a facility as JSON, by any id that it ever had."""
    resolve_or_absent(key)
    found = profile_of(key, day=edition_day())
    return json_download(f"ketenkaart-{found.facility.id}", found.as_json())


def resolve_or_absent(key: str) -> tuple[str, ...]:
    """Return the ids that one stands for; a text that is no id is a page that is not there."""
    try:
        return tuple(item.id for item in resolve(key))
    except FacilityIdError as error:
        raise NotFoundError(error.what, where=error.where, fix=error.fix) from None


def _chain_address(node: FacilityNode) -> str | None:
    """Return the page with the largest paths that begin at a facility's node, where it has one."""
    if not node.nodes:
        return None
    region, sector = node.nodes[0]
    return f"{reverse('web:chain_paths')}?{urlencode({'country': region, 'sector': sector})}"


def _was(request: HttpRequest, found: FacilityProfile) -> str | None:
    """Return the old id by which somebody came here, where it is one."""
    given = request.GET.get("was", "")[:40]
    return given if given in found.earlier_ids else None
