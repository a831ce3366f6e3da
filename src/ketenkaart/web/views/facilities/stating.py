"""State that a facility takes part in a programme, or what it pays; take a statement back."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from pydantic import ValidationError

from ketenkaart.core.chain.facilities.ids import canonical_id
from ketenkaart.core.chain.wages import Pay, PayKind, PayPeriod
from ketenkaart.core.errors import InputError
from ketenkaart.services.actors import Role
from ketenkaart.services.facility_facts.profile import profile_of
from ketenkaart.services.facility_facts.programmes import (
    link_programme,
    programmes_by_id,
    withdraw_programme,
)
from ketenkaart.services.facility_facts.wages import state_wage, withdraw_wage
from ketenkaart.services.installed import edition_day
from ketenkaart.web.account import needs_role, signed_in
from ketenkaart.web.facilities.words import role_links
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say
from ketenkaart.web.views.facilities.registry import resolve_or_absent

PROGRAMME = ("programme", "start", "end", "source")
WAGE = (
    "low", "high", "currency", "per", "on", "kind", "hours_a_week", "days_a_week", "area",
    "wage_source",
)  # fmt: skip
NUMBERS = ("low", "high", "hours_a_week", "days_a_week")
DAYS = ("start", "end", "on")
NEEDED = {"programme": ("source",), "wage": ("low", "currency", "on", "wage_source")}


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.EDITOR, Role.MODERATOR)
def facility_state(request: HttpRequest, key: str) -> HttpResponse:
    """Show the forms of a facility's statements, and keep what is filled in."""
    resolve_or_absent(key)
    given = {name: request.POST.get(name, "").strip() for name in (*PROGRAMME, *WAGE)}
    errors: dict[str, str] = {}
    refused: InputError | None = None
    if request.method == "POST":
        errors = _wrong(request.POST.get("act", ""), given)
        if not errors:
            try:
                _keep(request, key, given)
                return redirect(f"{reverse('web:facility_state', args=(key,))}?saved=1")
            except InputError as error:
                refused = error
    found = profile_of(key, day=edition_day())
    return page(
        request,
        "facilities",
        "facilities/state.html",
        {
            "found": found,
            "key": canonical_id(key),
            "given": given,
            "errors": errors,
            "refused": refused,
            "is_saved": request.GET.get("saved") == "1",
            "programmes": [x for x in programmes_by_id().values() if x.takes_in_sites],
            "links": [(link, programmes_by_id()[link.programme].name) for link in found.links],
            "periods": [item.value for item in PayPeriod],
            "kinds": [item.value for item in PayKind],
            "role_links": role_links(request),
            "here_now": "facilities",
        },
        status=400 if errors else refused.http_status if refused else 200,
    )


def _wrong(act: str, given: dict[str, str]) -> dict[str, str]:
    """Return per field what is wrong with it; empty for a withdrawal."""
    asked = {"programme": PROGRAMME, "wage": WAGE}.get(act, ())
    errors = {
        name: say("facilities.error_needed", language())
        for name in NEEDED.get(act, ())
        if not given[name]
    }
    for name in asked:
        value = given[name]
        if not value or name in errors:
            continue
        if name in DAYS and not _is_day(value):
            errors[name] = say("facilities.error_day", language())
        if name in NUMBERS and _number(value) is None:
            errors[name] = say("facilities.error_number", language())
    return errors


def _keep(request: HttpRequest, key: str, given: dict[str, str]) -> None:
    actor, at = signed_in(request), datetime.now(UTC)
    act = request.POST.get("act", "")
    if act == "programme":
        link_programme(
            facility=key,
            programme=given["programme"],
            start=_day(given["start"]),
            end=_day(given["end"]),
            source=given["source"],
            actor=actor,
            at=at,
        )
    elif act == "wage":
        state_wage(
            facility=key,
            pay=_pay(given),
            area=given["area"] or None,
            source=given["wage_source"],
            actor=actor,
            at=at,
        )
    else:
        _withdraw(request, act)


def _withdraw(request: HttpRequest, act: str) -> None:
    number = request.POST.get("number", "")
    known = number.isascii() and number.isdigit() and len(number) < 12
    doing = {"withdraw_programme": withdraw_programme, "withdraw_wage": withdraw_wage}.get(act)
    if doing is None or not known:
        raise InputError("This is no statement", where="act", fix="Use one of the buttons.")
    doing(
        number=int(number),
        reason=request.POST.get("reason", ""),
        actor=signed_in(request),
        at=datetime.now(UTC),
    )


def _pay(given: dict[str, str]) -> Pay:
    low = _number(given["low"])
    try:
        return Pay(
            low=low or 0.0,
            high=(_number(given["high"]) if given["high"] else low) or 0.0,
            currency=given["currency"].upper(),
            per=PayPeriod(given["per"] or PayPeriod.MONTH),
            on=date.fromisoformat(given["on"]),
            kind=PayKind(given["kind"] or PayKind.UNKNOWN),
            hours_a_week=_number(given["hours_a_week"]),
            days_a_week=_number(given["days_a_week"]),
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = str(first["loc"][0]) if first["loc"] else "low"
        raise InputError(
            f"This wage cannot be: {first['msg'].removeprefix('Value error, ')}",
            where=where,
            fix="Look at amount, currency and period.",
        ) from None
    except ValueError:
        raise InputError(
            "This wage cannot be", where="per", fix="Choose a period from the list."
        ) from None


def _number(text: str) -> float | None:
    """Return a number written with a comma or a point, `None` for anything else."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if 0 < value < 1e12 else None


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
