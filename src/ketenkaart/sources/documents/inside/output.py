"""What the confined process says: one JSON object a line, pages as they come, and an end."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence

from ketenkaart.sources.documents.limits import Limits
from ketenkaart.sources.documents.reasons import Note, Reason, Refusal

Row = tuple[str, int, int, int | None, str | None, int | None]
"""A part: kind, start, end, page, element, level."""

_STDOUT = 1


class Output:
    """Lines to the parent, within the limits; `pages` counts the pages sent."""

    def __init__(self, limits: Limits, allow: Callable[[int], None]) -> None:
        self.limits = limits
        self.pages = 0
        self._allow = allow
        self._characters = 0
        self._notes: list[tuple[str, list[int]]] = []

    def note(self, note: Note, numbers: Sequence[int] = ()) -> None:
        """Remember something to say with the end; numbers are pages or counts."""
        self._notes.append((note.value, list(numbers[:50])))

    def page(self, text: str) -> bool:
        """Send one page's text; return whether another one may follow.

        Only a page with text buys time, so that empty ones cannot keep the reader busy.
        """
        if self._characters + len(text) > self.limits.max_characters:
            return False
        self._characters += len(text)
        self.pages += bool(text)
        self._send({"page": text})
        if text:
            self._allow(self.pages)
        return True

    def whole(self, layout: str, raw: str, parts: Sequence[Row] = ()) -> None:
        """Send a text at once, with its parts."""
        if len(raw) > self.limits.max_characters or len(parts) > self.limits.max_parts:
            raise Refusal(Reason.TOO_LARGE)
        self._send({"whole": {"layout": layout, "raw": raw, "parts": parts}})

    def end(self, facts: dict[str, str] | None = None) -> None:
        """Send what the file says of itself and the notes; nothing follows.

        A fact of more than 1,000 characters is none.
        """
        short = {field: value for field, value in (facts or {}).items() if len(value) <= 1_000}
        self._send({"end": {"facts": short, "notes": self._notes}})

    def refuse(self, reason: Reason) -> None:
        """Say why nothing more comes."""
        self._send({"refused": reason.value})

    def ready(self, walls: Sequence[str]) -> None:
        """Say that parsing starts, and behind which walls."""
        self._send({"ready": walls})

    def _send(self, message: dict[str, object]) -> None:
        line = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        data = memoryview(line.encode("utf-8", "replace") + b"\n")
        while data:
            data = data[os.write(_STDOUT, data) :]
