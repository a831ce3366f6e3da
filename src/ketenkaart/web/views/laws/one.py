"""One law on a day: its time, who is in scope, what it asks, what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.governance.rules.clauses import Clause, clause_of
from ketenkaart.core.governance.rules.types import (
    Application,
    Duty,
    Law,
    LawStatus,
    LawVersion,
    Line,
    LineThreshold,
    Statement,
)
from ketenkaart.core.governance.types import STEPS
from ketenkaart.services.laws import find_law, find_version, law_book
from ketenkaart.services.register import list_instruments
from ketenkaart.web.laws.form import LawForm
from ketenkaart.web.laws.timeline import timeline
from ketenkaart.web.render import language, page
from ketenkaart.web.views.laws.overview import place_name

CONSEQUENCES = ("supervisor", "enforcement", "liability", "remedy")


@dataclass(frozen=True, slots=True)
class Dated:
    """When a law applies, and to whom: a condition, or everybody that is left."""

    kind: str
    day: date
    who: Clause | None
    item: Application


@dataclass(frozen=True, slots=True)
class Asked:
    """A duty with the condition that limits it, if any."""

    duty: Duty
    when: Clause | None


@dataclass(frozen=True, slots=True)
class Goods:
    """A line of a table of goods with its threshold on the day."""

    line: Line
    threshold: LineThreshold | None


@require_safe
def law(request: HttpRequest, law_id: str) -> HttpResponse:
    """Show one law on a day."""
    found = find_law(law_id)
    form = LawForm(language(), {"as_of": request.GET.get("as_of", "")})
    day = form.day("as_of")
    _, version = find_version(found.id, day)
    dated = found.status_on(day)
    return page(
        request,
        "laws",
        "laws/one.html",
        {
            "law": found,
            "form": form,
            "day": day,
            "place": place_name(found.jurisdiction, language()),
            "status": dated,
            "status_now": dated.value.value if dated else LawStatus.NOT_YET.value,
            "holds": version is found.version_on(day),
            "picture": timeline(found, day),
            "is_instrument": any(item.id == found.id for item in list_instruments()),
            **about(found, version, day),
            "here_now": "laws",
            "is_one": True,
        },
        status=400 if form.errors else 200,
    )


def about(found: Law, version: LawVersion, day: date) -> dict[str, object]:
    """Return what a page says of one version: scope, days, duties, consequences, open checks."""
    book = law_book()
    said = found.consequences_of(version)
    duties = [
        Asked(one, clause_of(one.when, version.rules, book) if one.when else None)
        for one in found.duties_of(version)
    ]
    consequences: list[tuple[str, Statement | None]] = [
        (name, getattr(said, name)) for name in CONSEQUENCES
    ]
    begin = next((item for item in found.status if item.value is LawStatus.IN_FORCE), None)
    table, goods = _goods(version, day)
    return {
        "version": version,
        "clause": clause_of(version.scope, version.rules, book) if version.scope else None,
        "dates": [_dated(item, version) for item in version.application],
        "begin": begin,
        "steps": [(step, [one for one in duties if one.duty.step == step]) for step in STEPS],
        "consequences": consequences,
        "checks": (*found.open_checks, *version.open_checks),
        "assumptions": (*found.assumptions, *version.assumptions),
        "table": table,
        "goods": goods,
    }


def _dated(item: Application, version: LawVersion) -> Dated:
    kinds = ("day", "starting", "ending")
    kind, day = next((k, d) for k, d in zip(kinds, item.days, strict=True) if d is not None)
    who = clause_of(item.when, version.rules, law_book()) if item.when else None
    return Dated(kind, day, who, item)


def _goods(version: LawVersion, day: date) -> tuple[object, list[Goods]]:
    """Return the table of goods that the scope looks at, with the thresholds of the day."""
    waiting = [*version.rules.values(), *([version.scope] if version.scope else [])]
    while waiting:
        condition = waiting.pop()
        if condition.any_line is not None:
            table = law_book().tables[condition.any_line.table]
            return table, [Goods(line, line.threshold_on(day)) for line in table.lines]
        waiting.extend(condition.parts())
    return None, []
