"""Laws or versions of a law side by side."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.governance.rules.types import Law, LawVersion, Statement
from ketenkaart.core.governance.types import STEPS
from ketenkaart.services.laws import compare_laws, find_version, law_book
from ketenkaart.web.gap_form import Field, Option, OptionGroup
from ketenkaart.web.laws.form import LawForm
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say
from ketenkaart.web.views.laws.one import about

MOST = 4
COLUMNS = ("a", "b", "c", "d")
PRESETS = {
    "csddd": ("csddd.original_2024", "csddd.omnibus_2026"),
    "csrd": ("csrd.original_2022", "csrd.omnibus_2026"),
    "national": ("french_vigilance", "lksg", "norwegian_transparency_act", "csddd"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One law in one version, with everything that a row may show of it."""

    law: Law
    version: LawVersion
    status: object
    content: dict[str, object]
    features: dict[str, Statement]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing compared: its key, and whether the columns differ in it."""

    key: str
    kind: str
    differs: bool


@require_safe
def law_compare(request: HttpRequest) -> HttpResponse:
    """Show the form, and what was chosen side by side."""
    chosen = language()
    names = [name for name in request.GET.getlist("law") if name]
    form = LawForm(chosen, {"as_of": request.GET.get("as_of", "")})
    day = form.day("as_of")
    known = {value for group in _options("") for value, _, _ in _flat(group)}
    if any(name not in known for name in names):
        form.errors["law"] = say("laws.error_choice", chosen)
    elif len(names) > MOST:
        form.errors["law"] = say("laws.compare_many", chosen)
    only = request.GET.get("only") == "1"
    columns: list[Column] = []
    rows: list[Row] = []
    if names and not form.errors:
        asked = names if len(names) > 1 or "." in names[0] else _versions(names[0])
        pairs = [find_version(name, day) for name in asked]
        columns = [
            Column(law, version, law.status_on(day), about(law, version, day),
                   {item.key or "": item for item in version.features})
            for law, version in pairs
        ]  # fmt: skip
        table = compare_laws([f"{law.id}.{version.id}" for law, version in pairs], as_of=day)
        differ = {row.key: row.differs for row in table.rows}
        rows = [row for row in _rows(columns, differ) if row.differs or not only]
    return page(
        request,
        "laws",
        "laws/compare.html",
        {
            "form": form,
            "fields": [_field(index, names) for index in range(MOST)],
            "day": day,
            "only": only,
            "columns": columns,
            "rows": rows,
            "presets": [
                (say(f"laws.preset_{key}", chosen), urlencode([("law", one) for one in found]))
                for key, found in PRESETS.items()
            ],
            "here_now": "law_compare",
        },
        status=400 if form.errors else 200,
    )


def _versions(name: str) -> list[str]:
    law, _ = find_version(name, None)
    return [f"{law.id}.{version.id}" for version in law.versions][-MOST:]


def _rows(columns: list[Column], differ: dict[str, bool]) -> list[Row]:
    keys = dict.fromkeys(key for column in columns for key in column.features)
    return [
        Row("status", "status", differ["status"]),
        Row("holds", "holds", differ["holds from"] or differ["holds until"]),
        Row("applies", "applies", differ["applies from"]),
        Row("scope", "scope", differ["scope"]),
        *(Row(step, "step", differ[f"step: {step}"]) for step in STEPS),
        *(Row(name, "consequence", differ[name])
          for name in ("supervisor", "enforcement", "liability", "remedy")),
        *(Row(key, "feature", differ[key.replace("_", " ")]) for key in keys),
        Row("checks", "checks", differ["open checks"]),
    ]  # fmt: skip


def _options(value: str) -> list[OptionGroup]:
    chosen = language()
    groups = []
    for law in law_book().laws:
        options = [Option(law.id, law.name.in_language(chosen), law.id == value)]
        if len(law.versions) > 1:
            options += [
                Option(
                    f"{law.id}.{version.id}",
                    f"{version.name.in_language(chosen)} ({law.id})",
                    f"{law.id}.{version.id}" == value,
                )
                for version in law.versions
            ]
        heading = law.name.in_language(chosen) if len(options) > 1 else ""
        groups.append(OptionGroup(heading, tuple(options)))
    return groups


def _flat(group: OptionGroup) -> list[tuple[str, str, bool]]:
    return [(option.value, option.label, option.is_chosen) for option in group.options]


def _field(index: int, names: list[str]) -> Field:
    value = names[index] if index < len(names) else ""
    none = OptionGroup("", (Option("", say("laws.no_choice", language()), not value),))
    return Field(f"law-{index + 1}", value, (none, *_options(value)))
