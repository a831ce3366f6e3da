"""Lists of facilities: what was given, and a form to look at one row by row and keep it."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from ketenkaart.core.chain.facilities.listing.findings import FINDING_COLUMNS
from ketenkaart.core.chain.facilities.types import Contributor, ContributorKind
from ketenkaart.core.errors import ConflictError, InputError, KetenkaartError
from ketenkaart.services.actors import Role
from ketenkaart.services.facilities.contributors import list_contributors
from ketenkaart.services.facilities.importing import (
    ListFile,
    ListImport,
    import_list,
    look_at_list,
)
from ketenkaart.services.facilities.registry import kept_lists
from ketenkaart.services.reading_places import RETRY_SECONDS, BusyError, reading_place
from ketenkaart.sources.reference.labels import load_countries
from ketenkaart.web.account import needs_role, signed_in
from ketenkaart.web.exports import csv_download
from ketenkaart.web.facilities.findings import told, told_row
from ketenkaart.web.facilities.words import country_names, role_links
from ketenkaart.web.render import language, page
from ketenkaart.web.text import say

SHOWN = 200
"""How many findings stand on the page; the download has them all."""
FIELDS = ("by", "by_name", "by_kind", "title", "dated", "licence", "country")
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")
LOOK, REPORT, KEEP = "look", "report", "keep"


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.EDITOR, Role.MODERATOR)
def facility_lists(request: HttpRequest) -> HttpResponse:
    """Show the lists on the record; look at a list that is handed over, and keep it when asked."""
    if request.method != "POST":
        return _page(request)
    given = {name: request.POST.get(name, "").strip() for name in FIELDS}
    file = request.FILES.get("file")
    errors = _wrong(file, given, request.POST.get("act", ""))
    if errors or file is None:
        return _page(request, given=given, errors=errors, status=400)
    try:
        with reading_place():
            found = _read(request, file, given)
    except (InputError, BusyError) as error:
        answer = _page(request, given=given, refused=error, status=error.http_status)
        if isinstance(error, BusyError):
            answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    if request.POST.get("act") == REPORT:
        cells = (told_row(finding, language()) for finding in found.report.findings)
        return csv_download("ketenkaart-list-report", FINDING_COLUMNS, cells)
    is_refused = request.POST.get("act") == KEEP and found.kept is None
    return _page(request, given=given, found=found, status=400 if is_refused else 200)


def _page(
    request: HttpRequest,
    *,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    refused: KetenkaartError | None = None,
    found: ListImport | None = None,
    status: int = 200,
) -> HttpResponse:
    names = country_names(language())
    return page(
        request,
        "facilities",
        "facilities/lists.html",
        {
            "lists": kept_lists(),
            "contributors": list_contributors(),
            "kinds": [item.value for item in ContributorKind],
            "countries": sorted(
                ((item.alpha3, names[item.alpha3]) for item in load_countries().countries),
                key=lambda pair: pair[1].casefold(),
            ),
            "given": given or {},
            "errors": errors or {},
            "refused": refused,
            "found": found,
            "findings": [(item, *told(item, language())) for item in found.report.findings[:SHOWN]]
            if found
            else (),
            "more": max(0, len(found.report.findings) + found.report.unlisted - SHOWN)
            if found
            else 0,
            "is_kept_asked": request.POST.get("act") == KEEP,
            "megabytes": settings.KETENKAART_UPLOAD_BYTES // 1_000_000,
            "endings": ",".join(ENDINGS),
            "role_links": role_links(request),
            "here_now": "facility_lists",
        },
        status=status,
    )


def _wrong(file: UploadedFile[bytes] | None, given: dict[str, str], act: str) -> dict[str, str]:
    """Return per field what is wrong with it."""
    errors = {}
    name = (file.name or "").lower() if file else ""
    if not name:
        errors["file"] = say("facilities.error_needed", language())
    elif not name.endswith(ENDINGS):
        errors["file"] = say("facilities.error_ending", language(), endings=", ".join(ENDINGS))
    if act == KEEP and not given["by"]:
        errors["by"] = say("facilities.error_needed", language())
    if given["dated"] and _day(given["dated"]) is None:
        errors["dated"] = say("facilities.error_day", language())
    for field, known in (
        ("by_kind", {item.value for item in ContributorKind}),
        ("country", {item.alpha3 for item in load_countries().countries}),
    ):
        if given[field] and given[field] not in known:
            errors[field] = say("gap.error_choice", language(), value=given[field][:60])
    if act not in {LOOK, REPORT, KEEP}:
        errors["file"] = say("facilities.error_needed", language())
    return errors


def _read(request: HttpRequest, file: UploadedFile[bytes], given: dict[str, str]) -> ListImport:
    """Look at the list, or keep it; the file stands on disk only as long as that takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{PurePath(file.name or '').suffix.lower()}"
        path.write_bytes(file.read())
        chosen = ListFile(path, country=given["country"] or None)
        if request.POST.get("act") != KEEP:
            return ListImport(look_at_list(chosen))
        return import_list(
            chosen,
            contributor=_contributor(request, given),
            title=given["title"] or PurePath(file.name or "").name[:200],
            dated=_day(given["dated"]),
            licence=given["licence"][:200] or None,
            actor=signed_in(request),
            at=datetime.now(UTC),
            keep_good=request.POST.get("keep_good") == "1",
            register=request.POST.get("register") == "1",
        )


def _contributor(request: HttpRequest, given: dict[str, str]) -> Contributor:
    """Return the organisation that is meant: one on the record by its id, or a new one."""
    known = {item.id: item for item in list_contributors()}
    if given["by"] in known:
        return known[given["by"]]
    if not given["by_name"] or not given["by_kind"]:
        raise ConflictError(
            f"There is no contributor {given['by'][:40]!r} yet",
            where="by",
            fix="Give its name and kind too.",
        )
    return Contributor(
        given["by"],
        given["by_name"],
        ContributorKind(given["by_kind"]),
        is_named=request.POST.get("is_named") == "1",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
