"""Take a letter in: a file that somebody hands over, or an official publication."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ketenkaart.core.errors import InputError, KetenkaartError
from ketenkaart.services.actors import Role
from ketenkaart.services.judging.filling import is_day
from ketenkaart.services.judging.readings import keep_reading
from ketenkaart.services.reading_places import RETRY_SECONDS, BusyError, reading_place
from ketenkaart.web.account import needs_role, signed_in
from ketenkaart.web.judging.letters import letters_page
from ketenkaart.web.judging.refusals import no_publication, refusal
from ketenkaart.web.render import language

if TYPE_CHECKING:
    from ketenkaart.services.letters import LetterRead

LONGEST_TARGET = 500


@require_POST
@needs_role(Role.CODER, Role.EDITOR)
def letter_upload(request: HttpRequest) -> HttpResponse:
    """Read a letter that somebody hands over or names, and keep the reading.

    Nothing is kept of what is refused, and what was kept before stays as it is.
    """
    file = request.FILES.get("file")
    given = {name: request.POST.get(name, "").strip() for name in ("target", "date")}
    problem = _problem(file, given)
    if problem:
        return letters_page(request, problem=problem, given=given, status=400)
    on = date.fromisoformat(given["date"]) if given["date"] else None
    name = (file.name or "")[:200] if file else given["target"]
    try:
        with reading_place():
            read = _read(file, name, on)
    except KetenkaartError as error:
        return _refused(request, error, given)
    kept = keep_reading(read=read, name=name, actor=signed_in(request), at=datetime.now(UTC))
    return redirect("web:letter", letter=kept.letter)


def _problem(file: UploadedFile[bytes] | None, given: dict[str, str]) -> str:
    if file is None and not given["target"]:
        return "missing"
    if file is not None and given["target"]:
        return "both"
    return "day" if given["date"] and not is_day(given["date"]) else ""


def _read(file: UploadedFile[bytes] | None, name: str, on: date | None) -> LetterRead:
    # Reading needs libraries that no other page loads.
    from ketenkaart.services.letters import read_publication, read_upload  # noqa: PLC0415

    if file is not None:
        return read_upload(file.read(), name=name, on=on)
    # Never a path: what is typed here names a publication or the address of one.
    return read_publication(name[:LONGEST_TARGET], on=on)


def _refused(request: HttpRequest, error: KetenkaartError, given: dict[str, str]) -> HttpResponse:
    words = refusal(error, language())
    if words is None:
        if not isinstance(error, InputError):
            raise error
        words = no_publication(error, language())
    answer = letters_page(request, refused=words, given=given, status=error.http_status)
    if isinstance(error, BusyError):
        answer["Retry-After"] = str(RETRY_SECONDS)
    return answer
