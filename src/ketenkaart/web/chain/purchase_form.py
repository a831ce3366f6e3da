"""The form of one's own purchases: a list that is sent or came with the page, and its money."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, Signer

from ketenkaart.core.chain.money import Money, Rates
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.choices import ChainChoices
from ketenkaart.services.chain.purchase_files import Listed
from ketenkaart.services.chain.purchase_reading import place_purchases
from ketenkaart.services.chain.purchases import Pricing, PurchaseList
from ketenkaart.services.chain.question import HOME, Question
from ketenkaart.services.chain.reference_rates import reference_rates
from ketenkaart.services.chain.sent.files import SentFile
from ketenkaart.services.chain.sent.lists import (
    LIMITS,
    MOST_PACKED,
    list_sent,
    packed,
    unpacked,
    usual_rate,
)
from ketenkaart.services.chain.sent.template import example_list
from ketenkaart.services.chain.tables import chosen_table
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.gap_form import Field
from ketenkaart.web.refusals import told
from ketenkaart.web.text import say

COMMON = ("edition", "demand", "extension")
MONEY = ("currency", "rate", "rate_source")
EURO = "EUR"
_CURRENCY = re.compile(r"[A-Z]{3}")
_APART = re.compile(r"[;\s]+")
_SIGNER = Signer(salt="ketenkaart.purchases")


@dataclass(slots=True)
class PurchaseForm:
    """What was asked about a list: `listed` is the list, None where there is none or a bad one.

    `carried` is the list as the page holds it; `found` the rows in the codes of the table.
    """

    chain: ChainForm
    money: dict[str, str]
    listed: Listed | None = None
    carried: str = ""
    found: PurchaseList | None = None
    pricing: Pricing | None = None

    @classmethod
    def read(cls, given: Mapping[str, str], language: str) -> PurchaseForm:
        """Return the form filled in with what was sent, without the list."""
        chain = ChainForm.read(given, language, common=COMMON)
        chain.read_places()
        return cls(chain, _money(chain.choices, chain.given, language))

    @property
    def language(self) -> str:
        """The language of the page."""
        return self.chain.language

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by field."""
        return self.chain.errors

    @property
    def question(self) -> Question | None:
        """What is asked of the chain, None where something is wrong."""
        asked = self.chain.question
        if asked is None or self.errors or self.found is None or not self.found.placed:
            return None
        return replace(asked, purchases=self.found, keep_good=True)

    def take(self, file: UploadedFile[bytes] | None) -> None:
        """Take the list that was sent, or else the one that came with the page, and place it."""
        try:
            self.listed = self._list(file)
            if self.listed is not None:
                self.carried = _SIGNER.sign(packed(self.listed))
                self.place()
        except InputError as error:
            self.refuse(error)

    def keep(self) -> None:
        """Keep the list that came with the page, unread, for the page that answers."""
        try:
            self.listed = unpacked(_SIGNER.unsign(self.chain.given.get("list", "")))
        except (BadSignature, InputError):
            return
        self.carried = self.chain.given["list"]

    def place(self) -> None:
        """Find the place of every row in the table; raises `InputError` for the list as a whole."""
        asked = self.chain.question
        self.pricing = self._pricing()
        if self.listed is None or asked is None or self.pricing is None:
            return
        self.found = place_purchases(
            self.listed,
            chosen_table(asked.edition),
            home=asked.demand or HOME,
            keep_good=True,
            pricing=self.pricing,
        )

    def refuse(self, error: InputError) -> None:
        """Show what a service refused, at the field that it names, or else at the list."""
        name = (error.where or "").strip("-").replace("-", "_")
        if name in COMMON:
            self.chain.refuse(error)
            return
        self.errors[name if name in MONEY else "file"] = told(error, self.language)

    def fields(self) -> tuple[Field, ...]:
        """Return the fields that stand above everything, in their order."""
        own = tuple(
            Field(
                name,
                self.money[name],
                hint=say(f"purchases.hint_{name}", self.language),
                error=self.errors.get(name, ""),
            )
            for name in MONEY
        )
        places = {"country", "sector"}
        return (*(item for item in self.chain.fields() if item.name not in places), *own)

    def place_fields(self) -> tuple[Field, ...]:
        """Return the two fields that narrow the paths."""
        return tuple(item for item in self.chain.fields() if item.name in {"country", "sector"})

    @property
    def wrong_fields(self) -> tuple[Field, ...]:
        """What the summary of errors leads to: the list first."""
        file = Field("file", "", error=self.errors.get("file", ""))
        return (file, *self.fields(), *self.place_fields())

    def own_money(self) -> tuple[str, float] | None:
        """Return the currency of all amounts and what one of it is worth in the table's money.

        None where there are several, or several rates.
        """
        if self.listed is None or self.pricing is None or "amount" not in self.listed.headings:
            return None
        rows = self.listed.rows
        names = {(row["currency"] or self.pricing.currency or "").strip().upper() for row in rows}
        if len(names) > 1 or any(row["rate"] for row in rows):
            return None
        currency = names.pop()
        if currency == Money.of(self.chain.choices.unit).currency:
            return currency, 1.0
        rate = self.pricing.rates.by_year.get((currency, None))
        return None if rate is None else (currency, rate)

    def _list(self, file: UploadedFile[bytes] | None) -> Listed | None:
        given = self.chain.given
        if file is not None:
            content = file.read((LIMITS.most_bytes or 0) + 1)
            return list_sent(SentFile(file.name or "", content))
        if given.get("act") == "example":
            return example_list(self.language)
        carried = given.get("list", "")
        if not carried:
            self.errors["file"] = say("purchases.error_no_file", self.language)
            return None
        try:
            return unpacked(_SIGNER.unsign(carried[: MOST_PACKED + 100]))
        except BadSignature:
            self.errors["file"] = say("purchases.error_carried", self.language)
            return None

    def _pricing(self) -> Pricing | None:
        currency = self.money["currency"].upper()
        if currency and not _CURRENCY.fullmatch(currency):
            self.errors["currency"] = say("purchases.error_currency", self.language)
            return None
        texts = [
            part.strip(",").replace(",", ".") for part in _APART.split(self.money["rate"]) if part
        ]
        source = self.money["rate_source"] if texts else None
        rates = Rates.parsed(texts, source)
        return Pricing(currency or None, rates, with_reference=_has_reference(self.chain.choices))


def _has_reference(choices: ChainChoices) -> bool:
    """Tell whether rates that come with the package lead to a table's money."""
    try:
        return bool(reference_rates(Money.of(choices.unit).currency))
    except InputError:
        return False


def _money(choices: ChainChoices, given: Mapping[str, str], language: str) -> dict[str, str]:
    """Return the currency, rates and their source as given, or else what comes with the table.

    Whoever chooses another table and left the rate as it stood, gets that of the new table.
    """
    usual = _usual(choices, language)
    if "rate" not in given:
        return {"currency": EURO, **usual}
    kept = {name: given.get(name, "")[:400] for name in MONEY}
    is_untouched = given.get("usual_rate", "") == f"{kept['rate']}|{kept['rate_source']}"
    return kept | usual if is_untouched else kept


def _usual(choices: ChainChoices, language: str) -> dict[str, str]:
    rate = usual_rate(choices.unit, choices.table.year, EURO)
    if rate is None:
        return {"rate": "", "rate_source": ""}
    mark = "," if language == "nl" else "."
    return {
        "rate": f"{EURO}={rate:.4g}".replace(".", mark),
        "rate_source": say("purchases.usual_source", language, year=choices.table.year),
    }


@dataclass(frozen=True, slots=True)
class Carried:
    """What the page holds of a list: its name, how many rows, and the list itself, sealed."""

    name: str
    rows: int
    text: str
    usual_rate: str = field(default="")


def carried(form: PurchaseForm) -> Carried | None:
    """Return what the page is to hold of the list; None where there is none."""
    if form.listed is None or not form.carried:
        return None
    usual = _usual(form.chain.choices, form.language)
    return Carried(
        form.listed.path.name,
        len(form.listed.rows),
        form.carried,
        f"{usual['rate']}|{usual['rate_source']}",
    )
