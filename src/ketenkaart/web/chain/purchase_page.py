"""What the page about one's own purchases shows: rows as they were read, and every answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.purchases import PurchaseList
from ketenkaart.services.chain.seen import SeenChain
from ketenkaart.services.chain.seen_ends import PlaceEnds, see_place_ends
from ketenkaart.web.chain.flow_chart import flow_chart
from ketenkaart.web.chain.known_places import known_where
from ketenkaart.web.chain.largest import Largest, largest, with_ends
from ketenkaart.web.chain.layer_table import layer_passing, layer_rows, layer_sums
from ketenkaart.web.chain.lever_words import said_instruments, said_programmes
from ketenkaart.web.chain.map_picture import map_picture
from ketenkaart.web.chain.purchase_answers import LAYERS, PurchaseAnswers, telling
from ketenkaart.web.chain.purchase_form import PurchaseForm
from ketenkaart.web.chain.purchase_rows import read_rows
from ketenkaart.web.chain.sentences import said_paths, said_remainder, said_sums
from ketenkaart.web.chain.wording import capital, extension_label, spoken_amount, unit_words
from ketenkaart.web.text import say

COMPARED = 12


@dataclass(frozen=True, slots=True)
class Beside:
    """A country's part of what is behind the list, and of what is behind all that is bought."""

    name: str
    own: float | None
    whole: float | None
    own_width: str
    whole_width: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place abroad where much arises, and who and what is there already."""

    name: str
    amount: float
    share: float | None
    weight: float | None
    programmes: list[str]
    instruments: list[str]


def rows_context(form: PurchaseForm, found: PurchaseList) -> dict[str, Any]:
    """Return what the page needs to tell how the list was read."""
    chosen, told = form.language, telling(form, found)
    names = form.chain.choices.names
    return {
        "read": read_rows(
            found,
            names,
            chosen,
            factor=told.factor,
            country_heading=form.listed.headings.get("region", "") if form.listed else "",
        ),
        "read_value": spoken_amount(found.value * told.factor, told.unit, chosen),
        "read_unit": unit_words(told.unit, chosen),
        "table_unit": unit_words(found.unit, chosen),
    }


def answer_context(form: PurchaseForm, found: PurchaseAnswers) -> dict[str, Any]:
    """Return what the page needs to show the answers."""
    chain, chosen = found.chain, form.language
    home = chain.names.itself(chain.home).in_language(chosen)
    countries, sectors = (largest(form.chain, chain, by) for by in ("country", "sector"))
    ends = _ends(form, found, countries, sectors)
    unit = unit_words(chain.unit, chosen)
    return {
        "chain": chain,
        "ends": ends,
        "has_own_ends": chain.is_estimate,
        "headline_ends": _headline_ends(chain, chosen),
        "map": map_picture(chain, chosen) if chain.abroad > 0 else None,
        "map_label": say(
            "purchases.map_label",
            chosen,
            counted=extension_label(form.chain.extension, chosen),
        ),
        "map_legend": say("chain.map_legend", chosen),
        "country_word": say("chain.country", chosen),
        "sector_word": say("chain.sector", chosen),
        "countries_caption": say("chain.countries_caption", chosen, place=home),
        "sectors_caption": say("chain.sectors_caption", chosen, place=home),
        "countries": _unlinked(with_ends(countries, ends, 0, chosen)),
        "sectors": _unlinked(with_ends(sectors, ends, len(countries), chosen)),
        **_layers(found, chosen, unit),
        **_paths(found, chosen),
        "beside": _beside(found.compared, chain, chosen) if found.compared else [],
        "spots": [_spot(dict(zip(found.on_the_spot.columns, row, strict=True)), chain, chosen)
                  for row in found.on_the_spot.rows],
        "spot_notes": [note.in_language(chosen) for note in found.on_the_spot.notes],
        "has_weights": any(row[4] is not None for row in found.on_the_spot.rows),
    }  # fmt: skip


def _headline_ends(chain: SeenChain, chosen: str) -> str:
    """Say between which ends the headline lies; what rounding hides is said as such."""
    if chain.ends is None:
        return ""
    low, high = (
        spoken_amount(end, chain.unit, chosen) for end in (chain.ends.low, chain.ends.high)
    )
    if low == high:
        return say("purchases.ends_narrow", chosen)
    return say("chain.ends", chosen, low=low, high=high)


def _layers(found: PurchaseAnswers, chosen: str, unit: str) -> dict[str, Any]:
    seen = found.layers
    return {
        "chart": flow_chart(seen, chosen),
        "layers": [str(layer) for layer in range(LAYERS)],
        "deepest": LAYERS - 1,
        "layer_rows": layer_rows(seen, chosen),
        "layer_sums": layer_sums(seen, chosen),
        "layer_passing": layer_passing(seen, chosen),
        "layer_ends": seen.ends,
        "layer_caption": say(
            "chain.tiers_caption", chosen, by=say("chain.by_country", chosen), unit=unit
        ),
        "deeper_note": say("chain.deeper_note", chosen, layer=LAYERS - 1),
    }


def _paths(found: PurchaseAnswers, chosen: str) -> dict[str, Any]:
    answer = found.paths
    return {
        "paths": said_paths(answer, found.chain, chosen),
        "remainder": said_remainder(answer, chosen),
        "path_sums": said_sums(answer, chosen),
        "path_notes": () if answer.uncertainty is None else _of_ends(answer.notes, found),
        "known": known_where((row.nodes[0] for row in answer.rows), found.chain, chosen),
    }


def _of_ends(notes: Sequence[Any], found: PurchaseAnswers) -> list[Any]:
    """Return the notes on a list of paths but for those on the list, which stand above."""
    listed = found.question.purchases
    said = listed.notes() if isinstance(listed, PurchaseList) else ()
    return [note for note in notes if note not in said]


def _ends(
    form: PurchaseForm,
    found: PurchaseAnswers,
    countries: tuple[Largest, ...],
    sectors: tuple[Largest, ...],
) -> PlaceEnds | None:
    places = (*((row.code, None) for row in countries), *((None, row.code) for row in sectors))
    if not places:
        return None
    return see_place_ends(
        found.question, extension=form.chain.extension, places=places, outside=found.chain.home
    )


def _unlinked(rows: tuple[Largest, ...]) -> tuple[Largest, ...]:
    """Return rows without the way to the paths of all that a country buys."""
    return tuple(replace(row, address="") for row in rows)


def _beside(answer: ChainAnswer, chain: SeenChain, chosen: str) -> list[Beside]:
    """Return the countries of which the list's chain has most, beside their part of all."""
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    shares = sorted(
        (
            (str(row["country"]), _number(row["first_share"]), _number(row["second_share"]))
            for row in rows
        ),
        key=lambda item: -(item[1] or 0.0),
    )[:COMPARED]
    top = max((part or 0.0 for _, own, whole in shares for part in (own, whole)), default=0.0)
    return [
        Beside(
            name=capital(chain.names.regions[code].in_language(chosen)),
            own=own,
            whole=whole,
            own_width=_width(own, top),
            whole_width=_width(whole, top),
        )
        for code, own, whole in shares
    ]


def _spot(row: Mapping[str, Any], chain: SeenChain, chosen: str) -> Spot:
    return Spot(
        name=capital(chain.names.node(row["country"], row["sector"]).in_language(chosen)),
        amount=row["value"],
        share=row["share_abroad"],
        weight=row["share_of_what_is_made"],
        programmes=said_programmes(row["donor_programmes"], chosen),
        instruments=said_instruments(row["instruments"], chosen),
    )


def _number(cell: object) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None


def _width(share: float | None, top: float) -> str:
    return f"{(share or 0.0) / top * 100:.2f}%" if top else "0%"
