"""The forms of these pages: that of the gap explorer, with other fields asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlencode

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.defence.answers import Figure
from ketenkaart.core.governance.defence.together_answers import Columns
from ketenkaart.services.choices import GapChoices
from ketenkaart.web.gap_form import Field, GapForm, Option, OptionGroup
from ketenkaart.web.text import say

SENSITIVITY = ("issue", "country", "sector", "kind", "view", "without", "as_of")
CREDIT = ("issue", "country", "sector", "by", "kind", "view", "as_of")
TOGETHER = ("issue", "sector", "country", "as_of")
EXTRA: Mapping[str, tuple[str, ...]] = {"figure": get_args(Figure), "columns": get_args(Columns)}


@dataclass(slots=True)
class DefenceForm:
    """Some fields of the gap's form, and at most one of their own with fixed choices."""

    gap: GapForm
    names: tuple[str, ...]
    extra: str | None

    @classmethod
    def read(
        cls,
        given: Mapping[str, str],
        choices: GapChoices,
        language: str,
        names: tuple[str, ...],
        extra: str | None = None,
    ) -> DefenceForm:
        """Return the form filled in with what was `given` of its own fields."""
        kept = {name: value for name, value in given.items() if name in names}
        form = GapForm.read(kept, choices, language)
        if extra is not None:
            value = given.get(extra, "").strip()
            if value and value not in EXTRA[extra]:
                form.errors[extra] = say("gap.error_choice", language, value=value[:60])
                form.query = None
            form.given = {**form.given, extra: value}
        return cls(form, names, extra)

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by field."""
        return self.gap.errors

    def chosen(self) -> str:
        """Return the choice of the form's own field; the first one where nothing was chosen."""
        return self.gap.given.get(self.extra or "", "") or EXTRA[self.extra or ""][0]

    def refuse(self, error: InputError) -> None:
        """Show what the service refused at the field that it names."""
        self.gap.refuse(error)

    def address(self) -> str:
        """Return the query string of this question, without empty fields."""
        own = (*self.names, self.extra)
        return urlencode({k: v for k, v in self.gap.given.items() if v and k in own})

    def fields(self) -> tuple[Field, ...]:
        """Return the fields in the order in which they are asked."""
        found = {field.name: field for field in self.gap.fields()}
        fields = [found[name] for name in self.names]
        if self.extra is not None:
            options = tuple(
                Option(value, say(f"defence.{self.extra}_{value}", self.gap.language),
                       value == self.chosen())
                for value in EXTRA[self.extra]
            )  # fmt: skip
            fields.append(
                Field(
                    self.extra,
                    self.chosen(),
                    (OptionGroup("", options),),
                    error=self.errors.get(self.extra, ""),
                )
            )
        return tuple(fields)
