"""Names of figures: readable, stable, and enough to compute the figure again."""

from __future__ import annotations

import re
from datetime import date

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.services.governance.query import Scope

_FORM = "gap:[trade:]KIND:MEASURE:DATE:KEY[:filter=value...]@EDITION"
_PATTERN = re.compile(
    r"gap:(?P<view>trade:)?(?P<kind>breadth|depth):(?P<measure>value_added|person_years):(?P<day>\d{4}-\d\d-\d\d)"
    r":(?P<key>total|(?:issue|sector|country|layer|buyer)=[A-Za-z0-9_]{1,40})"
    r"(?P<filters>(?::(?:issue|sector|country|without)=[A-Za-z0-9_.+-]{1,400})*)"
    r"@(?P<edition>[a-z0-9][a-z0-9_.-]{0,79})"
)


def figure_id(query: GapQuery, scope: Scope, key: str | None, edition: str) -> str:
    """Return the name of one row of an answer, such as `gap:breadth:value_added:...`."""
    filters = {
        "issue": scope.issue,
        "country": scope.member or scope.region,
        "sector": scope.sector,
        "without": "+".join(scope.without) or None,
    }
    named = "".join(f":{name}={value}" for name, value in filters.items() if value is not None)
    row = "total" if key is None else f"{query.by}={key}"
    view = "" if query.view == "demand" else f"{query.view}:"
    return (
        f"gap:{view}{query.kind}:{query.measure}:{scope.as_of.isoformat()}:{row}{named}@{edition}"
    )


def parse_figure_id(text: str) -> tuple[GapQuery, str | None, str]:
    """Return the question, the row's key (`None` for the total) and the edition of a figure.

    Raises `InputError` for anything that is not the name of a figure.
    """
    found = _PATTERN.fullmatch(text.strip())
    if found is None:
        raise InputError(
            f"{text[:120]!r} is not the name of a figure",
            fix=f"Names look like {_FORM}; every row of an answer has one, as its `id`.",
        )
    try:
        day = date.fromisoformat(found["day"])
    except ValueError as error:
        raise InputError(
            f"{found['day']!r} is not a date", where=text, fix="Use YYYY-MM-DD."
        ) from error
    values = dict(part.split("=", 1) for part in found["filters"].split(":") if part)
    by, _, key = found["key"].partition("=")
    query = GapQuery.model_validate(
        {
            "issue": values.get("issue"),
            "country": values.get("country"),
            "sector": values.get("sector"),
            "by": by if key else "issue",
            "measure": found["measure"],
            "kind": found["kind"],
            "as_of": day,
            "view": "trade" if found["view"] else "demand",
            "without": tuple(part for part in values.get("without", "").split("+") if part),
        }
    )
    return query, key or None, found["edition"]
