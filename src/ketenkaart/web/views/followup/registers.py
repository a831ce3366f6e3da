"""The registers: decisions with reasons, goals that clash, remarks about scope."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.ledger.followup.registers import RegisterKind
from ketenkaart.services.followup import registers as service
from ketenkaart.web.views.followup.asked import paged, part


@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """Show every register on one page."""
    decided = service.decisions()
    return part(
        request,
        "registers",
        "registers.html",
        {
            "paged": paged(request, decided),
            "books": [(kind.value, service.entries(kind)) for kind in RegisterKind],
        },
    )
