"""What the pages show, as files: the same answers that the command line prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.counting import is_risk
from ketenkaart.services.chain.drawn import ask_footprint_drawn, has_ends_at_once
from ketenkaart.services.chain.drawn_tiers import ask_tiers_drawn
from ketenkaart.services.chain.footprints import ask_footprint, ask_tiers
from ketenkaart.services.chain.intervals import Chances
from ketenkaart.services.chain.leverage import ask_levers, ask_scale_up
from ketenkaart.services.chain.neighbours import ask_between
from ketenkaart.services.chain.paths import PathFilter, PathsAnswer
from ketenkaart.services.chain.seen import see_paths
from ketenkaart.services.chain.trading import ask_border, ask_partners_in_trade
from ketenkaart.services.facility_facts.nodes import (
    KNOWN_COLUMNS,
    cells_with_places,
    paths_with_places,
    places_at_nodes,
)
from ketenkaart.web.chain.files import FORMS, Table, chain_file
from ketenkaart.web.chain.form import ChainForm, arises_options
from ketenkaart.web.chain.page import chain_view
from ketenkaart.web.chain.series_form import series_form
from ketenkaart.web.exports import refusal
from ketenkaart.web.render import language
from ketenkaart.web.text import say
from ketenkaart.web.views.chain.comparing import compare_form, compared, second_question
from ketenkaart.web.views.chain.layers import LAYERS
from ketenkaart.web.views.chain.leverage import levers_form
from ketenkaart.web.views.chain.routes import BETWEEN, TIERS, TOPS, outside_of, sources_of
from ketenkaart.web.views.chain.series import asked_series
from ketenkaart.web.views.chain.trading import trade_form


@chain_view
def chain_data(request: HttpRequest, part: str, form: str) -> HttpResponse:
    """Hand out one answer as CSV, JSON or Parquet; 400 says what is wrong with the question."""
    if part not in ANSWERS or form not in FORMS:
        raise Http404
    asked, answer = ANSWERS[part]
    checked = asked(request.GET.dict())
    if checked.question is None or checked.errors:
        raise refusal(checked.errors)
    return chain_file(f"ketenkaart-{part}-{checked.choices.table.id}", form, answer(checked))


def _with_grouping(given: dict[str, str]) -> ChainForm:
    pairs = [(name, name) for name in ("node", "country", "sector")]
    form = ChainForm.read(given, language(), {"by": pairs})
    form.read_places()
    return form


def _with_layers(given: dict[str, str]) -> ChainForm:
    pairs = [(name, name) for name in ("node", "country", "sector")]
    return ChainForm.read(given, language(), {"by": pairs, "arises": arises_options(language())})


def _with_paths(given: dict[str, str]) -> ChainForm:
    extra = {
        "arises": arises_options(language()),
        "min_tier": [(k, k) for k in TIERS],
        "top": [(k, k) for k in TOPS],
    }
    form = ChainForm.read(given, language(), extra)
    form.read_places()
    return form


def _with_places(given: dict[str, str]) -> ChainForm:
    form = ChainForm.read(given, language())
    form.read_places()
    return form


def _footprint(form: ChainForm) -> Table:
    by = form.extra["by"] or "node"
    asked = {"extensions": [form.extension], "by": by}
    has_own_ends = is_risk(form.extension) or form.extension in form.choices.estimates
    if has_own_ends or not has_ends_at_once(form.question, by):  # type: ignore[arg-type]
        return _table(ask_footprint(form.question, **asked))  # type: ignore[arg-type]
    return _table(ask_footprint_drawn(form.question, chances=Chances(draws=0), **asked))  # type: ignore[arg-type]


def _tiers(form: ChainForm) -> Table:
    by = form.extra["by"] or "country"
    asked = {
        "extension": form.extension,
        "layers": LAYERS - 1,
        "by": by,
        "outside": outside_of(form),
    }
    if is_risk(form.extension):
        return _table(ask_tiers(form.question, **asked))  # type: ignore[arg-type]
    return _table(ask_tiers_drawn(form.question, chances=Chances(draws=0), **asked))  # type: ignore[arg-type]


def _paths(form: ChainForm) -> Table:
    answer = _found_paths(form)
    return answer.as_json(), answer.columns, answer.cells()


def _paths_known(form: ChainForm) -> Table:
    answer = _found_paths(form)
    known = places_at_nodes(answer.edition)
    rows = cells_with_places(answer.cells(), [row.nodes[0] for row in answer.rows], known)
    return paths_with_places(answer.as_json(), known), (*answer.columns, *KNOWN_COLUMNS), rows


def _found_paths(form: ChainForm) -> PathsAnswer:
    tier, top = form.extra["min_tier"] or TIERS[0], form.extra["top"] or TOPS[0]
    chosen = PathFilter(form.extra["country"], form.extra["sector"], int(tier), outside_of(form))
    return see_paths(form.question, extension=form.extension, top=int(top), chosen=chosen)  # type: ignore[arg-type]


def _between(form: ChainForm) -> Table:
    return _table(
        ask_between(
            form.question,  # type: ignore[arg-type]
            sources=sources_of(form),
            extension=form.extension,
            top=BETWEEN,
        )
    )


def _compare(form: ChainForm) -> Table:
    second = second_question(form)
    if second is None or second == form.question:
        raise InputError(
            say("chain.compare_needs_two", form.language).rstrip("."), where="with_demand"
        )
    return _table(compared(form, form.question, second))  # type: ignore[arg-type]


def _series(form: ChainForm) -> Table:
    return _table(asked_series(form).answer)


def _series_form(given: dict[str, str]) -> ChainForm:
    return series_form(given, language())


def _trade(form: ChainForm) -> Table:
    return _table(ask_partners_in_trade(**_region(form)))


def _border(form: ChainForm) -> Table:
    return _table(ask_border(**_region(form)))


def _levers(form: ChainForm) -> Table:
    partner = form.extra["partner"]
    return _table(
        ask_levers(**_region(form), partners=(partner,) if partner else (), at=sources_of(form))
    )


def _partners(form: ChainForm) -> Table:
    products = form.question.products if form.question else ()
    return _table(ask_scale_up(products, **_region(form)))


def _region(form: ChainForm) -> dict[str, Any]:
    asked = form.question
    return {
        "edition": asked.edition if asked else None,
        "region": asked.demand if asked else None,
        "extension": form.extension,
    }


def _table(answer: ChainAnswer) -> Table:
    return answer.as_json(), answer.columns, answer.rows


ANSWERS: Mapping[
    str, tuple[Callable[[dict[str, str]], ChainForm], Callable[[ChainForm], Table]]
] = {
    "footprint": (_with_grouping, _footprint),
    "tiers": (_with_layers, _tiers),
    "paths": (_with_paths, _paths),
    "paths-known": (_with_paths, _paths_known),
    "between": (_with_places, _between),
    "compare": (compare_form, _compare),
    "series": (_series_form, _series),
    "trade": (trade_form, _trade),
    "border": (trade_form, _border),
    "levers": (levers_form, _levers),
    "partners": (levers_form, _partners),
}
"""What can be handed out, by its name in the address: how it is asked, and what answers."""
