"""One person judging one letter at a terminal, a proposal at a time."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from ketenkaart.cli.output import MARKS, say, tell
from ketenkaart.core.errors import InputError, KetenkaartError
from ketenkaart.core.ledger.judgement import Action, Candidate, Fields
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.judging.exchange import FIXES, PROBLEMS
from ketenkaart.services.judging.filling import CHOICES, NAMES, fill, same_entry, shown
from ketenkaart.services.judging.judge import Decision, judge, withdraw
from ketenkaart.services.judging.readings import open_letter

KEYS = "a accept, c correct, s split, m merge, r reject, u take back, n skip, q quit"


class Session:
    """The dialogue: shows a proposal, takes an answer, goes on to the next that is unjudged."""

    def __init__(self, letter: str, actor: Actor, code: str | None) -> None:
        actor.require(Role.CODER)
        self.letter = letter
        self.actor = actor
        self.found = open_letter(letter)
        self.at = self._first(code)

    def run(self) -> None:
        """Ask until nothing is left, or until the answer is q or the input ends."""
        try:
            while (item := self._item()) is not None:
                self._show(item)
                if not self._answer(item, _line(f"[{KEYS}]")):
                    break
        except EOFError:
            tell("")
        judged, total = self._progress()
        say(f"{judged} of {total} proposals of {self.letter} judged by {self.actor.name}.")

    def _first(self, code: str | None) -> str | None:
        if code is None:
            return self._next(None)
        for item in self.found.candidates:
            if item.code.upper() == code.upper():
                return item.key
        raise InputError(
            f"{self.letter} has no proposal {code[:20]!r}",
            where="--code",
            fix="See `ketenkaart letter judgements export`.",
        )

    def _next(self, after: str | None) -> str | None:
        """Return the first proposal after `after` that is not judged, from the top again."""
        judged = self.found.coding(self.actor.name).by_key
        keys = [item.key for item in self.found.candidates]
        start = keys.index(after) + 1 if after in keys else 0
        return next((key for key in (*keys[start:], *keys[:start]) if key not in judged), None)

    def _item(self) -> Candidate | None:
        return None if self.at is None else self.found.by_key.get(self.at)

    def _progress(self) -> tuple[int, int]:
        judged = self.found.coding(self.actor.name).by_key.keys()
        return len(judged & self.found.by_key.keys()), len(self.found.by_key)

    def _show(self, item: Candidate) -> None:
        start, end = item.fields.span
        first, last = item.fields.quote_span
        text = self.found.text
        left, right = MARKS if _is_terminal() else (">>", "<<")
        judged, total = self._progress()
        say(
            "",
            f"{item.code}  {item.kind.value}  ({judged} of {total} judged)",
            f"  line {item.fields.place.line}: "
            f"{_safe(text[start:first])}{left}{_safe(text[first:last])}{right}"
            f"{_safe(text[last:end])}",
        )
        for name, value in shown(self.found, item.fields).items():
            if value and name != "quote":
                say(f"  {name.replace('_', ' ')}: {_safe(value)}")
        if item.cues:
            weight = "" if item.confidence is None else f"; weight {item.confidence:.1f}"
            say(f"  read by: {', '.join(item.cues)}{weight}")

    def _answer(self, item: Candidate, key: str) -> bool:
        """Do what one answer asks; return whether to go on."""
        steps = {
            "a": lambda: self._decide(Action.ACCEPT, (item.key,)),
            "r": lambda: self._decide(Action.REJECT, (item.key,)),
            "c": lambda: self._correct(item),
            "s": lambda: self._split(item),
            "m": lambda: self._merge(item),
            "u": self._undo,
            "n": self._skip,
        }
        chosen = key.lower()[:1]
        if chosen == "q":
            return False
        if chosen not in steps:
            tell(f"Answer with one of: {KEYS}.")
            return True
        try:
            steps[chosen]()
        except KetenkaartError as error:
            tell(f"ketenkaart: {error}")
        return True

    def _decide(
        self, action: Action, keys: tuple[str, ...], fields: tuple[Fields, ...] = ()
    ) -> None:
        decision = Decision(action=action, keys=keys, fields=fields)
        judge(letter=self.letter, decision=decision, actor=self.actor, at=datetime.now(UTC))
        self.found = open_letter(self.letter)
        self.at = self._next(self.at)

    def _correct(self, item: Candidate) -> None:
        fields = self._asked(item)
        if same_entry(fields, item.fields):
            self._decide(Action.ACCEPT, (item.key,))
        else:
            self._decide(Action.CORRECT, (item.key,), (fields,))

    def _split(self, item: Candidate) -> None:
        count = _line("Into how many parts? [2]") or "2"
        if not (count.isascii() and count.isdigit() and 2 <= int(count) <= 20):
            raise InputError(f"{count[:20]!r} is no number of parts", fix="Give 2 to 20.")
        parts = []
        for number in range(1, int(count) + 1):
            tell(f"Part {number}:")
            parts.append(self._asked(item))
        self._decide(Action.SPLIT, (item.key,), tuple(parts))

    def _merge(self, item: Candidate) -> None:
        codes = _line("Together with which codes?").upper().replace(",", " ").split()
        named = {one.code.upper(): one.key for one in self.found.candidates}
        strange = [code for code in codes if code not in named]
        if strange or not codes:
            raise InputError(
                f"No such proposal: {' '.join(strange)[:60] or 'none named'}",
                fix="Give codes of this letter, as R2.",
            )
        keys = tuple(dict.fromkeys((item.key, *(named[code] for code in codes))))
        self._decide(Action.MERGE, keys, (self._asked(item),))

    def _asked(self, item: Candidate) -> Fields:
        """Return an entry asked field by field; an empty answer keeps what is shown, - empties."""
        values: dict[str, str] = dict(shown(self.found, item.fields))
        for name in NAMES[item.kind]:
            options = f" ({', '.join(CHOICES[name])})" if name in CHOICES else ""
            answer = _line(f"{name.replace('_', ' ')}{options} [{_safe(values[name])}]")
            if answer:
                values[name] = "" if answer == "-" else answer
        filled = fill(self.found, item.kind, values, item.fields)
        if filled.entry is None:
            raise _refusal(filled.problems)
        return filled.entry

    def _undo(self) -> None:
        taken = withdraw(letter=self.letter, actor=self.actor, at=datetime.now(UTC))
        self.found = open_letter(self.letter)
        back = next(item for item in self.found.judgements if item.id == taken.withdraws)
        self.at = next((key for key in back.keys if key in self.found.by_key), self.at)

    def _skip(self) -> None:
        self.at = self._next(self.at)


def _refusal(problems: Mapping[str, str]) -> InputError:
    name, problem = next(iter(problems.items()))
    return InputError(PROBLEMS[problem], where=name, fix=FIXES[problem])


def _safe(text: str) -> str:
    """Return text of a letter without the control characters that a terminal obeys.

    >>> _safe("een" + chr(27) + "[2J twee")
    'een [2J twee'
    """
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _line(question: str) -> str:
    """Return one line of an answer; raises `EOFError` at the end of the input."""
    sys.stdout.flush()
    tell(question)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip()
