"""Build a text of headings, paragraphs and the like, with the places of its parts."""

from __future__ import annotations

import re

from ketenkaart.sources.documents.inside.output import Output, Row
from ketenkaart.sources.documents.reasons import Reason, Refusal

# White space that has no meaning in marked-up text; a no-break space has, and stays.
_SPACES = re.compile(r"[ \t\r\n\f]+")


class Inline:
    """The words of one block, white space taken together, with their strong stretches."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._strong: list[tuple[int, int]] = []
        self._ends_open = True

    def add(self, text: str, *, strong: bool = False) -> None:
        """Append words as a marked-up file holds them."""
        text = _SPACES.sub(" ", text)
        if self._ends_open:
            text = text.lstrip(" ")
        if not text:
            return
        if strong and text.strip(" "):
            lead = len(text) - len(text.lstrip(" "))
            start, end = self._length + lead, self._length + len(text.rstrip(" "))
            # Stretches that only a space divides are one: "<b>not</b> <b>now</b>".
            if self._strong and start - self._strong[-1][1] <= 1:
                start = self._strong.pop()[0]
            self._strong.append((start, end))
        self._append(text)

    def is_number(self) -> bool:
        """Return whether there is nothing but a number."""
        return "".join(self._pieces).strip().isdigit()

    def is_only(self, text: str) -> bool:
        """Return whether there is nothing but `text`."""
        return "".join(self._pieces).strip() == text.strip()

    def line(self) -> None:
        """Append a line end that the file asks for."""
        if self._pieces:
            self._append("\n")

    def _append(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)
        self._ends_open = text[-1] in " \n"

    def take(self) -> tuple[str, list[tuple[int, int]]]:
        """Return the words and the strong stretches, and be empty again."""
        text = "".join(self._pieces).rstrip(" \n")
        strong = [(start, end) for start, end in self._strong if start < len(text)]
        self.__init__()  # type: ignore[misc]
        return text, strong


class Blocks:
    """A text under construction."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._pieces: list[str] = []
        self._length = 0
        self._rows: list[Row] = []

    def add(
        self, kind: str, words: Inline, element: str | None = None, level: int | None = None
    ) -> None:
        """Append a block of what `words` holds; nothing when it holds nothing."""
        text, strong = words.take()
        if not text:
            return
        start, end = self._length, self._length + len(text)
        self._rows.append((kind, start, end, None, element, level))
        for first, last in strong:
            self._rows.append(("strong", start + first, min(start + last, end), None, None, None))
        self._pieces.append(text + "\n")
        self._length = end + 1
        if self._length > self._output.limits.max_characters:
            raise Refusal(Reason.TOO_LARGE)

    def plain(self, kind: str, text: str, element: str | None = None) -> None:
        """Append a block of plain words."""
        words = Inline()
        words.add(text)
        self.add(kind, words, element)

    def send(self) -> None:
        """Hand the whole over; raises `Refusal` when it holds no letter of any alphabet."""
        raw = "".join(self._pieces)
        if not re.search(r"[^\W\d_]", raw):
            raise Refusal(Reason.NO_TEXT)
        self._output.whole("blocks", raw, self._rows)
