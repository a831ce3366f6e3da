"""Two chains side by side: two countries, or two years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from django.http import HttpRequest, HttpResponse

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.choices import chain_choices, known_tables
from ketenkaart.services.chain.compared_at_once import ask_comparison_at_once
from ketenkaart.services.chain.footprints import CURRENT_PRICES, ask_comparison
from ketenkaart.services.chain.naming import Names
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.seen import SeenChain, see_chain
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.page import chain_page, chain_view
from ketenkaart.web.chain.wording import extension_label, span, spoken_amount, unit_words
from ketenkaart.web.render import language
from ketenkaart.web.text import say

ROWS = 40


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One place in both chains: amounts, shares, bars to one scale, and intervals in words."""

    name: str
    first: float | None
    second: float | None
    difference: float | None
    first_share: float | None
    second_share: float | None
    first_width: str
    second_width: str
    first_ends: str
    second_ends: str
    difference_ends: str


@chain_view
def chain_compare(request: HttpRequest) -> HttpResponse:
    """Show two demands or two years side by side; ask for the second where it is not chosen."""
    form = compare_form(request.GET.dict())
    first, second = form.question, second_question(form)
    if first is None or form.errors or second is None or second == first:
        return chain_page(request, form, "chain_compare", {"chain": None, "answer": None})
    try:
        seen = tuple(see_chain(item, extension=form.extension) for item in (first, second))
        answer = compared(form, first, second, top=ROWS)
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
        "estimate": said_of_ends(answer),
        "sums": _sums(answer, chosen),
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


def compared(
    form: ChainForm, first: Question, second: Question, *, top: int | None = None
) -> ChainAnswer:
    """Return both chains side by side, with intervals but for what has ends of its own."""
    asked = {"extension": form.extension, "by": grouping(form), "top": top}
    if form.extension in form.choices.estimates:
        return ask_comparison(first, second, **asked)  # type: ignore[arg-type]
    return ask_comparison_at_once(first, second, **asked)  # type: ignore[arg-type]


def grouping(form: ChainForm) -> Literal["country", "sector"]:
    """Return what the rows of the comparison stand for."""
    return "sector" if form.extra["by"] == "sector" else "country"


def _rows(answer: ChainAnswer, chain: SeenChain, form: ChainForm) -> list[ComparedRow]:
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    amounts = [abs(_number(row[name]) or 0.0) for row in rows for name in ("first", "second")]
    top = max(amounts, default=0.0)
    return [
        ComparedRow(
            name=_name(chain.names, row["country"], row["sector"], form.language),
            first=_number(row["first"]),
            second=_number(row["second"]),
            difference=_number(row["difference"]),
            first_share=_number(row["first_share"]),
            second_share=_number(row["second_share"]),
            first_width=_width(_number(row["first"]), top),
            second_width=_width(_number(row["second"]), top),
            first_ends=_ends(row, "first", form.language),
            second_ends=_ends(row, "second", form.language),
            difference_ends=_ends(row, "difference", form.language),
        )
        for row in rows
    ]


def _ends(row: Mapping[str, object], name: str, language: str) -> str:
    """Write the interval of a figure; empty where there is none."""
    low, high = (_number(row.get(f"{name}_{end}")) for end in ("low", "high"))
    if low is None or high is None or not low < high:
        return ""
    return span(low, high, language)


def said_of_ends(answer: ChainAnswer) -> tuple[Text, ...]:
    """Return what must be said of intervals: by which model, and what tables may share."""
    if "uncertainty" not in answer.facts:
        return ()
    return tuple(note for note in answer.notes if note != CURRENT_PRICES)


def _sums(answer: ChainAnswer, language: str) -> str:
    """Say how sure both totals and their difference are; empty where that is not known."""
    facts = answer.facts.get("uncertainty")
    if facts is None:
        return ""
    said = {
        f"{name}_{end}": spoken_amount(facts[name][end], answer.unit, language)
        for name in ("first", "second", "difference")
        for end in ("low", "high")
    }
    return say("chain.compare_sums", language, **said)


def _name(names: Names, country: object, sector: object, chosen: str) -> str:
    known = names.sectors if country is None else names.regions
    code = str(sector if country is None else country)
    words = known[code].in_language(chosen) if code in known else code
    return words[:1].upper() + words[1:]


def _number(cell: object) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None


def _width(value: float | None, top: float) -> str:
    return f"{abs(value or 0.0) / top * 100:.2f}%" if top else "0%"
