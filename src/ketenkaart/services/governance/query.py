"""Check a question about the gap against what exists, and say what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.services.governance.inputs import Inputs

EARLIEST = date(2012, 1, 1)
"""The first day of the period that the policy evaluation covers: earlier was not researched."""

LATEST = date(2040, 12, 31)


@dataclass(frozen=True, slots=True)
class Scope:
    """A checked question: ids that exist. `member` is a country inside composite `region`."""

    as_of: date
    issue: str | None
    region: str | None
    member: str | None
    sector: str | None
    without: tuple[str, ...]


def check_query(query: GapQuery, inputs: Inputs) -> Scope:
    """Return the scope of a question.

    Raises `NotFoundError` for an unknown issue, country, sector or instrument, with what is close
    to it; `InputError` for an issue without data, the Netherlands, or a day out of range.
    """
    region, member = _country(query.country, inputs)
    return Scope(
        as_of=check_day(query.as_of or inputs.manifest.edition_date),
        issue=_issue(query.issue, inputs),
        region=region,
        member=member,
        sector=_sector(query.sector, inputs),
        without=_without(query.without, inputs),
    )


def check_day(day: date) -> date:
    """Return a day of which the instruments are known; raises `InputError` for any other."""
    if day < EARLIEST:
        raise InputError(
            f"Which instruments applied on {day} is not researched: the facts begin in 2012",
            where="as-of",
            fix=f"Use a day from {EARLIEST} on.",
        )
    if day > LATEST:
        raise InputError(
            f"{day} lies further ahead than any rule can be foreseen",
            where="as-of",
            fix=f"Use a day up to {LATEST}.",
        )
    return day


def _issue(issue: str | None, inputs: Inputs) -> str | None:
    if issue is None or issue in inputs.nodes.issues:
        return issue
    if issue in inputs.issues:
        raise InputError(
            f"Issue {issue!r} is not researched: the edition holds no data for it",
            where="issue",
            fix=f"With data: {', '.join(inputs.nodes.issues)}.",
        )
    raise _unknown("issue", issue, inputs.nodes.issues)


def _country(country: str | None, inputs: Inputs) -> tuple[str | None, str | None]:
    if country is None:
        return None, None
    codes = inputs.reference_countries.alpha3_by_any_code()
    named = {
        name.casefold(): code
        for code, text in inputs.labels["country"].items()
        for name in (text.nl, text.en)
    }
    code = codes.get(country.upper()) or named.get(country.casefold(), country.upper())
    if code == inputs.table.home:
        raise InputError(
            "The gap is computed at nodes outside the Netherlands",
            where="country",
            fix="Leave the country out, or choose another one.",
        )
    if code in inputs.table.regions:
        return code, None
    region = inputs.member_of(code)
    if region is not None:
        return region, code
    if code in inputs.labels["country"]:
        raise InputError(
            f"{inputs.labels['country'][code].en} ({code}) is not part of the edition: it has "
            "no national accounts from which to estimate its share of the rest of the world",
            where="country",
            fix="Choose another country, or ROW for the whole rest of the world.",
        )
    raise _unknown("country", country, (*codes, *named), "ISO 3166-1 codes and names")


def _sector(sector: str | None, inputs: Inputs) -> str | None:
    if sector is None:
        return None
    found = inputs.sector_codes.get(sector.lower())
    if found is None:
        raise _unknown("sector", sector, inputs.table.sectors)
    return found


def _without(ids: tuple[str, ...], inputs: Inputs) -> tuple[str, ...]:
    worked_out = {item.id for item in inputs.instruments if item.worked_out}
    for name in ids:
        if name not in worked_out:
            raise _unknown("instrument", name, sorted(worked_out))
    return tuple(sorted(set(ids)))


def _unknown(
    what: str, given: str, known: Iterable[str], described: str | None = None
) -> NotFoundError:
    options = list(known)
    lowered = {option.lower(): option for option in options}
    close = [lowered[name] for name in get_close_matches(given.lower(), lowered, n=3)]
    near = f"Did you mean {' or '.join(close)}? " if close else ""
    listed = described or ", ".join(options)
    return NotFoundError(
        f"Unknown {what} {given[:60]!r}", where=what, fix=f"{near}Known: {listed}."
    )
