"""Two chains side by side: two countries, or two years."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from django.http import HttpRequest, HttpResponse

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.asking import Question
from ketenkaart.services.chain.choices import chain_choices, known_tables
from ketenkaart.services.chain.footprints import ask_comparison
from ketenkaart.services.chain.naming import Names
from ketenkaart.services.chain.seen import SeenChain, see_chain
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.page import chain_page, chain_view
from ketenkaart.web.chain.wording import extension_label, unit_words
from ketenkaart.web.render import language
from ketenkaart.web.text import say

ROWS = 40


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One place in both chains: amounts, shares, and bars to one scale."""

    name: str
    first: float | None
    second: float | None
    difference: float | None
    first_share: float | None
    second_share: float | None
    first_width: str
    second_width: str


@chain_view
def chain_compare(request: HttpRequest) -> HttpResponse:
    """Show two demands or two years side by side; ask for the second where it is not chosen."""
    form = compare_form(request.GET.dict())
    first, second = form.question, second_question(form)
    if first is None or form.errors or second is None or second == first:
        return chain_page(request, form, "chain_compare", {"chain": None, "answer": None})
    try:
        seen = tuple(see_chain(item, extension=form.extension) for item in (first, second))
        answer = ask_comparison(
            first, second, extension=form.extension, by=grouping(form), top=ROWS
        )
    except InputError as error:
        form.refuse(error)
        return chain_page(request, form, "chain_compare", {"chain": None, "answer": None})
    chosen = form.language
    labels = [f"{item.whose.in_language(chosen)}, {item.year}" for item in seen]
    context = {
        "first_label": labels[0],
        "second_label": labels[1],
        "by_label": say(f"chain.by_{grouping(form)}", chosen).capitalize(),
        "caption": say(
            "chain.compare_caption",
            chosen,
            counted=extension_label(form.extension, chosen).capitalize(),
            by=say(f"chain.by_{grouping(form)}", chosen),
            unit=unit_words(answer.unit, chosen),
            count=len(answer.rows),
        ),
        "chain": seen[0],
        "other": seen[1],
        "answer": answer,
        "rows": _rows(answer, seen[0], form),
        "years_differ": seen[0].year != seen[1].year,
    }
    return chain_page(request, form, "chain_compare", context)


def compare_form(given: dict[str, str]) -> ChainForm:
    """Return the form of the comparison: the second demand and table, and what rows stand for."""
    chosen = language()
    plain = ChainForm.read(given, chosen, has_risks=False)
    other = given.get("with_edition", "").strip()
    choices = plain.choices
    if other in {item.id for item in known_tables()}:
        choices = chain_choices(other)
    demands = sorted(
        ((code, choices.names.regions[code].in_language(chosen)) for code in choices.demands),
        key=lambda pair: pair[1].casefold(),
    )
    tables = [(t.id, f"{t.title.in_language(chosen)} ({t.year})") for t in known_tables()]
    same = ("", say("chain.same", chosen))
    extra = {
        "with_demand": [same, *demands],
        "with_edition": [same, *tables],
        "by": [(name, say(f"chain.by_{name}", chosen)) for name in ("country", "sector")],
    }
    return ChainForm.read(given, chosen, extra, has_risks=False)


def second_question(form: ChainForm) -> Question | None:
    """Return the demand to compare with; the first where nothing else was chosen."""
    if form.question is None:
        return None
    edition, demand = form.extra["with_edition"], form.extra["with_demand"]
    changed = replace(form.question, edition=edition or form.question.edition)
    if demand is None:
        return changed
    if changed.sector is not None:
        return replace(changed, sector=f"{demand}.{changed.sector.partition('.')[2]}")
    return replace(changed, demand=demand)


def grouping(form: ChainForm) -> Literal["country", "sector"]:
    """Return what the rows of the comparison stand for."""
    return "sector" if form.extra["by"] == "sector" else "country"


def _rows(answer: ChainAnswer, chain: SeenChain, form: ChainForm) -> list[ComparedRow]:
    amounts = [abs(float(cell)) for row in answer.rows for cell in row[2:4] if cell is not None]
    top = max(amounts, default=0.0)
    return [
        ComparedRow(
            _name(chain.names, row[0], row[1], form.language),
            _number(row[2]),
            _number(row[3]),
            _number(row[4]),
            _number(row[5]),
            _number(row[6]),
            _width(_number(row[2]), top),
            _width(_number(row[3]), top),
        )
        for row in answer.rows
    ]


def _name(names: Names, country: object, sector: object, chosen: str) -> str:
    known = names.sectors if country is None else names.regions
    code = str(sector if country is None else country)
    words = known[code].in_language(chosen) if code in known else code
    return words[:1].upper() + words[1:]


def _number(cell: object) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None


def _width(value: float | None, top: float) -> str:
    return f"{abs(value or 0.0) / top * 100:.2f}%" if top else "0%"
