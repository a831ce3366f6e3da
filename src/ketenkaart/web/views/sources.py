"""Sources, methods and terms."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.provenance import Grade, State
from ketenkaart.services.choices import edition_in_use
from ketenkaart.services.installed import edition_day
from ketenkaart.services.register import list_sources, list_terms
from ketenkaart.services.terms import find_concepts, find_terms, histories, title
from ketenkaart.web.render import language, page

METHOD_STEPS = range(1, 7)


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Show how the figures are made and from what."""
    edition = edition_in_use()
    return page(
        request,
        "sources",
        "sources.html",
        {
            "edition": edition,
            "files": [
                (file, edition.sidecars.get(file.name.partition(".")[0]))
                for file in edition.entry.manifest.files
                if not file.name.endswith(".yml")
            ],
            "data_sources": [source for source in list_sources() if source.licence],
            "documents": [source for source in list_sources() if not source.licence],
            "grades": [grade.value for grade in Grade],
            "states": ["zero", *(state.value for state in State if state is not State.KNOWN)],
            "method_steps": [
                (f"sources.step_{n}_title", f"sources.step_{n}") for n in METHOD_STEPS
            ],
        },
    )


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Show the glossary in the alphabet of the page's language, or the terms that were asked for.

    A former name finds its thing too; what has names but no definition stands below the terms.
    """
    chosen = language()
    asked = " ".join(request.GET.get("q", "")[:100].split())
    history = histories()
    terms = find_terms(asked) if asked else list_terms()
    others = [item for item in find_concepts(asked) if item.glossary is None]
    day = edition_day()
    return page(
        request,
        "sources",
        "glossary.html",
        {
            "every": len(list_terms()),
            "asked": asked,
            "found": len(terms) + len(others),
            "terms": [
                (item, history.get(item.id))
                for item in sorted(terms, key=lambda item: item.term.in_language(chosen).casefold())
            ],
            "others": [
                (item, title(item, day, "nl" if chosen == "nl" else "en")) for item in others
            ],
            "day": day,
        },
    )
