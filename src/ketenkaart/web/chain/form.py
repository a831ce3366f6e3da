"""The form of the chain pages: every choice stands in the address, and a wrong one is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.choices import ChainChoices, chain_choices, known_tables
from ketenkaart.services.chain.coded_products import place_product
from ketenkaart.services.chain.purchase_places import Coded
from ketenkaart.services.chain.question import HOME, Question
from ketenkaart.services.chain.starter import starter_id
from ketenkaart.services.chain.tables import STARTER, chosen_table
from ketenkaart.web.chain.wording import capital, extension_label
from ketenkaart.web.gap_form import MAX_SHOWN, Field, Option, OptionGroup
from ketenkaart.web.refusals import said
from ketenkaart.web.text import say

COMMON = ("edition", "demand", "buyer", "product", "code", "industry", "extension")
EVERY_SECTOR = {"product": "chain.all_products", "industry": "chain.no_industry"}


@dataclass(slots=True)
class ChainForm:
    """The form as asked on one page: `question` is None when a field is wrong.

    `extra` holds the page's own choices by field name, checked: None where nothing was chosen.
    """

    language: str
    given: Mapping[str, str]
    choices: ChainChoices
    names: tuple[str, ...]
    errors: dict[str, str] = field(default_factory=dict)
    question: Question | None = None
    extension: str = "value_added"
    extra: dict[str, str | None] = field(default_factory=dict)
    options: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    has_risks: bool = True
    is_replaced: bool = False
    coded: Coded | None = None

    @classmethod
    def read(
        cls,
        given: Mapping[str, str],
        language: str,
        extra: Mapping[str, Iterable[tuple[str, str]]] | None = None,
        common: tuple[str, ...] = COMMON,
        *,
        has_risks: bool = True,
    ) -> ChainForm:
        """Return the form filled in with `given`; `extra` are (value, label) by further field.

        Without `has_risks` a risk that was asked for elsewhere gives way to what comes first, and
        the form says so.
        """
        clean = {name: value.strip() for name, value in given.items()}
        tables = {item.id for item in known_tables()}
        wanted = clean.get("edition", "")
        if wanted == STARTER:
            wanted = clean["edition"] = starter_id()
        known = wanted in tables
        choices = chain_choices(wanted if known else next(iter(known_tables())).id)
        form = cls(language, clean, choices, (*common, *(extra or {})), has_risks=has_risks)
        if wanted and not known:
            form._wrong("edition")
        form._read_common()
        for name, pairs in (extra or {}).items():
            form.options[name] = tuple(pairs)
            form.extra[name] = form._chosen(name, [value for value, _ in form.options[name]])
        return form

    def read_places(self) -> None:
        """Add the fields `country` and `sector`, of the place where something is made."""
        for name, words in (("country", self.regions()), ("sector", self.sectors())):
            self.names = (*self.names, name)
            self.options[name] = (("", say(f"chain.all_{name}", self.language)), *words)
            self.extra[name] = self._chosen(name, [value for value, _ in words])

    def regions(self) -> tuple[tuple[str, str], ...]:
        """Return the regions of the table with their names, in the order of the alphabet."""
        return self._sorted(self.choices.names.regions)

    def sectors(self) -> tuple[tuple[str, str], ...]:
        """Return the sectors of the table with their names, in the table's own order."""
        return tuple(
            (code, capital(name.in_language(self.language)))
            for code, name in self.choices.names.sectors.items()
        )

    @property
    def ignored(self) -> tuple[str, ...]:
        """What was chosen on another page of the chain and is not asked about on this one."""
        return tuple(name for name in COMMON if self.given.get(name) and name not in self.names)

    def whole(self, name: str, least: int, most: int, default: int) -> int:
        """Return a whole number from the address, within bounds; say what is wrong with another."""
        value = self.given.get(name, "")
        if not value:
            return default
        if value.isascii() and value.isdigit() and least <= int(value[:9]) <= most:
            return int(value)
        self.errors[name] = say(
            "chain.error_whole", self.language, value=value[:MAX_SHOWN], least=least, most=most
        )
        self.question = None
        return default

    def refuse(self, error: InputError) -> None:
        """Show what a service refused, at the field that it names."""
        name = (error.where or "").strip("-").replace("-", "_")
        known = {"demand_sector": "industry", "at": "country", "source": "country"}.get(name, name)
        self.errors[known if known in self.names else "edition"] = self._said(error)
        self.question = None

    def address(self, **changed: str | None) -> str:
        """Return the query string of this question, with some choices changed or (None) dropped."""
        kept = {k: v for k, v in self.given.items() if v and k in self.names}
        kept |= {k: v for k, v in changed.items() if v is not None}
        for name, value in changed.items():
            if value is None:
                kept.pop(name, None)
        return urlencode(kept)

    def shared(self, **changed: str | None) -> str:
        """Return the query string of what every page of the chain asks, and nothing else."""
        kept = {k: v for k, v in self.given.items() if v and k in COMMON}
        kept |= {k: v for k, v in changed.items() if v}
        return urlencode(kept)

    def fields(self) -> tuple[Field, ...]:
        """Return the fields in the order in which they are asked."""
        return tuple(self._field(name) for name in self.names)

    def _read_common(self) -> None:
        c = self.choices
        demand = self._chosen("demand", c.demands) or (HOME if HOME in c.demands else c.demands[0])
        buyer = self._chosen("buyer", c.buyers)
        product = self._chosen("product", c.names.sectors)
        industry = self._chosen("industry", c.names.sectors)
        counted = self._chosen("extension", (*c.extensions, *c.issues))
        if counted in c.issues and not self.has_risks:
            self.is_replaced, counted = True, None
        self.extension = counted or next(iter(c.extensions))
        code = self._read_code(product)
        if industry and (buyer or product or code):
            self.errors["industry"] = say("chain.error_industry", self.language)
        if not self.errors:
            self.question = Question(
                edition=c.table.id,
                demand=None if industry else demand,
                buyers=(buyer,) if buyer else (),
                sector=f"{demand}.{industry}" if industry else None,
                products=tuple(filter(None, (product, code))),
            )

    def _read_code(self, product: str | None) -> str | None:
        """Return the code of goods that was given, once it leads to sectors of the table."""
        given = self.given.get("code", "") if "code" in self.names else ""
        if not given:
            return None
        if product:
            self.errors["code"] = say("chain.error_code_and_product", self.language)
            return None
        try:
            self.coded = place_product(given, chosen_table(self.choices.table.id), "code")
        except InputError as error:
            self.errors["code"] = self._said(error)
            return None
        return self.coded.code

    def _said(self, error: InputError) -> str:
        """Return what a service refused and what to do, in the language of the page."""
        what = said(error.what, self.language)[0].rstrip(".")
        fix = said(error.fix, self.language)[0] if error.fix else ""
        return f"{what}. {fix}".strip()

    def _chosen(self, name: str, known: Iterable[str]) -> str | None:
        value = self.given.get(name, "")
        if not value:
            return None
        if value not in set(known):
            self._wrong(name)
            return None
        return value

    def _wrong(self, name: str) -> None:
        shown = self.given.get(name, "")[:MAX_SHOWN]
        self.errors[name] = say("chain.error_choice", self.language, value=shown)
        self.question = None

    def _field(self, name: str) -> Field:
        value = self.given.get(name, "")
        if name == "code":
            hint = say("chain.hint_code", self.language)
            return Field(name, value, hint=hint, error=self.errors.get(name, ""))
        groups = tuple(
            OptionGroup(
                heading,
                tuple(Option(key, label, key == (value or default)) for key, label in pairs),
            )
            for heading, pairs, default in self._groups(name)
        )
        key = f"chain.hint_{name}"
        has_hint = name in {"industry", "product"} or (
            name == "extension" and self.has_risks and bool(self.choices.issues)
        )
        hint = say(key, self.language) if has_hint else ""
        return Field(name, value, groups, hint, self.errors.get(name, ""))

    def _groups(self, name: str) -> list[tuple[str, Iterable[tuple[str, str]], str]]:
        c, lang = self.choices, self.language
        if name == "edition":
            tables = [(t.id, f"{t.title.in_language(lang)} ({t.year})") for t in known_tables()]
            return [("", self.options.get(name, tables), c.table.id)]
        if name == "demand":
            labels = {code: c.names.regions[code] for code in c.demands}
            return [("", self._sorted(labels), HOME)]
        if name == "buyer":
            first = ("", say("chain.all_buyers", lang))
            named = [(k, capital(v.in_language(lang))) for k, v in c.buyers.items()]
            return [("", [first, *named], "")]
        if name in EVERY_SECTOR:
            return [("", [("", say(EVERY_SECTOR[name], lang)), *self.sectors()], "")]
        if name == "extension":
            plain = [
                (k, extension_label(k, lang, is_estimate=k in c.estimates)) for k in c.extensions
            ]
            issues = c.issues if self.has_risks else {}
            risks = [(k, v.in_language(lang)) for k, v in issues.items()]
            found: list[tuple[str, Iterable[tuple[str, str]], str]] = [("", plain, self.extension)]
            return [*found, (say("chain.risks", lang), risks, self.extension)] if risks else found
        pairs = list(self.options.get(name, ()))
        return [("", pairs, pairs[0][0] if pairs else "")]

    def _sorted(self, labels: Mapping[str, Text]) -> tuple[tuple[str, str], ...]:
        pairs = [(key, label.in_language(self.language)) for key, label in labels.items()]
        return tuple(sorted(pairs, key=lambda pair: pair[1].casefold()))


def arises_options(language: str) -> list[tuple[str, str]]:
    """Return the two choices of what counts, the default first: what arises abroad alone."""
    return [(name, say(f"chain.arises_{name}", language)) for name in ("abroad", "anywhere")]


def is_abroad(form: ChainForm) -> bool:
    """Tell whether only what arises abroad counts: unless asked otherwise, or for one country."""
    return form.extra.get("arises") != "anywhere" and not form.extra.get("country")
