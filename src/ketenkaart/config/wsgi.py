"""The WSGI application that the server runs."""

from __future__ import annotations

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ketenkaart.config.settings")

STACK_BYTES = 32 * 1024 * 1024


def _compute_ahead() -> None:
    """Compute what the first page shows, so that its first visitor does not wait for it.

    A failure is not lost: the page computes the same again and says what is wrong.
    """
    from ketenkaart.core.errors import KetenkaartError  # noqa: PLC0415
    from ketenkaart.core.governance.answers import GapQuery  # noqa: PLC0415
    from ketenkaart.services.governance import compute_gap, gap_series  # noqa: PLC0415

    try:
        compute_gap(GapQuery(kind="breadth"))
        compute_gap(GapQuery(kind="depth"))
        gap_series("breadth")
    except KetenkaartError:
        return


application = get_wsgi_application()

threading.stack_size(STACK_BYTES)
threading.Thread(target=_compute_ahead, name="compute-ahead", daemon=True).start()
