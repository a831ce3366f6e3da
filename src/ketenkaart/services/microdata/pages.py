"""Write a codebook for people: the same table as Markdown and as an HTML page."""

from __future__ import annotations

from html import escape
from typing import Any

from ketenkaart.services.microdata.describing import MISSING, ROLES, ZERO

HEADINGS = {
    "nl": ("Naam", "Omschrijving", "Rol", "Soort, eenheid", "Codes", "Bekend", "Zonder waarde",
           "Wat is er veranderd", "Bron"),
    "en": ("Name", "Description", "Role", "Type, unit", "Codes", "Known", "Without value",
           "What was changed", "Source"),
}  # fmt: skip
WORDS = {
    "nl": {
        "terms": "Voorwaarden", "purpose": "Doel", "legal_basis": "Grondslag",
        "recipient": "Ontvanger", "agreement": "Overeenkomst", "retain_until": "Bewaren tot en met",
        "responsible": "Verantwoordelijk", "risk": "Kans op herkenning",
        "variables": "Variabelen", "notes": "Let op", "left_out": "Weggelaten",
        "missing": "Codes zonder waarde", "nothing": "niets", "before": "voor", "after": "na",
        "with_design": "wie ook de steekproefopzet kent", "k": "minste eenheden in een groep",
        "l": "minste gevoelige waarden in een groep", "unique_share": "deel van de rijen alleen",
        "prosecutor_most": "grootste kans, wie weet dat de eenheid erin zit",
        "prosecutor_mean": "gemiddelde kans, idem",
        "journalist_most": "grootste kans, wie dat niet weet (schatting)",
        "journalist_mean": "gemiddelde kans, idem (schatting)",
        "loss": "verlies aan detail", "suppressed": "onderdrukte rijen",
        "key": "Kenmerk van de sleutel", "zeros": "nullen",
    },
    "en": {
        "terms": "Terms", "purpose": "Purpose", "legal_basis": "Legal basis",
        "recipient": "Recipient", "agreement": "Agreement", "retain_until": "Keep until",
        "responsible": "Responsible", "risk": "Risk of recognition",
        "variables": "Variables", "notes": "Mind", "left_out": "Left out",
        "missing": "Codes without a value", "nothing": "nothing", "before": "before",
        "after": "after", "with_design": "whoever knows the design too",
        "k": "fewest units in a group", "l": "fewest sensitive values in a group",
        "unique_share": "share of rows alone",
        "prosecutor_most": "largest chance, knowing that the unit is in it",
        "prosecutor_mean": "mean chance, likewise",
        "journalist_most": "largest chance, not knowing that (estimate)",
        "journalist_mean": "mean chance, likewise (estimate)",
        "loss": "loss of detail", "suppressed": "suppressed rows", "key": "Mark of the key",
        "zeros": "zeros",
    },
}  # fmt: skip
RISKS = (
    "k", "l", "unique_share", "prosecutor_most", "prosecutor_mean", "journalist_most",
    "journalist_mean",
)  # fmt: skip
TERMS = (
    "purpose", "legal_basis", "recipient", "agreement", "retain_until", "responsible",
)  # fmt: skip


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _terms(record: dict[str, Any], language: str) -> list[tuple[str, str]]:
    words, release = WORDS[language], record["release"]
    found = [(words["purpose"], release["purpose"][language])]
    found += [(words[name], str(release[name])) for name in TERMS[1:]]
    return [*found, (words["key"], record["pseudonyms"]["key_mark"])]


def _risks(record: dict[str, Any], language: str) -> list[tuple[str, ...]]:
    words = WORDS[language]
    kinds = [record["risk_before"], record["risk_after"]]
    kinds += [record["risk_with_design"]] if record["risk_with_design"] else []
    return [(words[name], *(_figure(kind[name]) for kind in kinds)) for name in RISKS]


def _risk_headings(record: dict[str, Any], language: str) -> tuple[str, ...]:
    words = WORDS[language]
    more = (words["with_design"],) if record["risk_with_design"] else ()
    return ("", words["before"], words["after"], *more)


def _row(item: dict[str, Any], language: str) -> tuple[str, ...]:
    words = WORDS[language]
    codes = []
    for code in item["codes"]:
        label = f" {code['label'][language]}" if code["label"] else ""
        codes.append(f"{code['code']}{label}: {code['count']:,}")
    if item["range"]:
        spread = item["range"]
        whole = f"{spread['least']:.6g} – {spread['most']:.6g}, x̄ {spread['mean']:.6g}"
        codes = [f"{whole}; {words['zeros']} {spread['zeros']:,}"]
    missing = [f"{word} {count:,}" for word, count in item["missing"].items() if count]
    changes = [change[language] for change in item["changes"]]
    if item["loss"]:
        changes.append(f"{words['loss']} {item['loss']:.3f}")
    changes += [item[key] for key in ("unaltered", "not_identifier") if item[key]]
    return (
        item["name"],
        item["label"][language],
        ROLES[item["role"]].in_language(language),
        ", ".join(part for part in (item["type"], item["unit"]) if part),
        "; ".join(codes),
        f"{item['known']:,}",
        ", ".join(missing) or "0",
        "; ".join(changes) or words["nothing"],
        item["source"] or "",
    )


Section = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


def _sections(
    record: dict[str, Any], variables: list[dict[str, Any]], language: str
) -> list[Section]:
    """Return every table of the page: title, headings (none for lists), rows."""
    words = WORDS[language]
    terms: list[tuple[str, ...]] = list(_terms(record, language))
    missing: list[tuple[str, ...]] = [
        (k, text.in_language(language)) for k, text in MISSING.items()
    ]
    found: list[Section] = [
        (words["terms"], ("", ""), terms),
        (words["risk"], _risk_headings(record, language), _risks(record, language)),
        (words["variables"], HEADINGS[language], [_row(item, language) for item in variables]),
        (words["missing"], ("", ""), missing),
    ]
    lists: dict[str, list[tuple[str, ...]]] = {
        "left_out": [
            (f"{item['name']}: {item['label'][language]}",) for item in record["left_out"]
        ],
        "notes": [(item[language],) for item in record["notes"]],
    }
    found += [(words[name], (), rows) for name, rows in lists.items() if rows]
    return found


def markdown(record: dict[str, Any], variables: list[dict[str, Any]]) -> str:
    """Return the codebook as Markdown, Dutch first."""
    lines: list[str] = []
    for language in ("nl", "en"):
        lines += [f"# {_cell(record['title'][language])}", "", _cell(record["abstract"][language])]
        lines += ["", ZERO.in_language(language), ""]
        for title, headings, rows in _sections(record, variables, language):
            lines += [f"## {title}", ""]
            if headings:
                lines += ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
                lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
            else:
                lines += [f"- {_cell(row[0])}" for row in rows]
            lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\")
    for sign in "|<>`*_[]":
        plain = plain.replace(sign, "\\" + sign)
    return plain


STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}table{border-collapse:collapse;margin:0 0 2rem}"
    "th,td{border-bottom:1px solid #767676;padding:.35rem .6rem;text-align:left;"
    "vertical-align:top}th{background:#f0f0f0}.wide{overflow-x:auto}"
)


def html(record: dict[str, Any], variables: list[dict[str, Any]], language: str) -> str:
    """Return the codebook as an HTML page in one language, without anything from elsewhere."""
    title = escape(record["title"][language])
    parts = [
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>",
        f"<h1>{title}</h1><p>{escape(record['abstract'][language])}</p>",
        f"<p>{escape(ZERO.in_language(language))}</p>",
    ]
    for name, headings, rows in _sections(record, variables, language):
        parts.append(f"<h2>{escape(name)}</h2>")
        if headings:
            parts.append(_table(name, headings, rows))
        else:
            parts.append("<ul>" + "".join(f"<li>{escape(row[0])}</li>" for row in rows) + "</ul>")
    return "\n".join([*parts, "</main></body></html>", ""])


def _table(name: str, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    head = ""
    if any(headings):
        cells = "".join(f'<th scope="col">{escape(text)}</th>' if text else "<td></td>"
                        for text in headings)  # fmt: skip
        head = f"<thead><tr>{cells}</tr></thead>"
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(text)}</td>" for text in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(name)}">'
        f"<table>{head}<tbody>{body}</tbody></table></div>"
    )
