"""Put the facts about a firm to the laws of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.rules.answering import Answers
from ketenkaart.core.governance.rules.assess import assess
from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.goods import ImportedGoods, cells_of_imports
from ketenkaart.core.governance.rules.values import Facts
from ketenkaart.services.laws.book import find_law, law_book, law_day
from ketenkaart.sources.facts import parse_facts, read_facts
from ketenkaart.sources.imports import WrongRow, read_imports, refuse


def check_file(
    path: Path,
    *,
    as_of: date | None = None,
    laws: Sequence[str] = (),
    imports: Imports | None = None,
    book: LawBook | None = None,
) -> Answers:
    """Return what each law says on a day to the firm that a file of facts describes.

    Without `laws`, all of them. Raises `InputError` for a file that does not fit the vocabulary.
    """
    facts = read_facts(path, law_book())
    facts = with_imports(facts, imports) if imports else facts
    return check_facts(facts, as_of=as_of, laws=laws, book=book)


def check_text(
    text: str,
    name: str,
    *,
    as_of: date | None = None,
    laws: Sequence[str] = (),
    imports: Imports | None = None,
    book: LawBook | None = None,
) -> Answers:
    """Return what each law says to the facts in a text; `name` is what messages call it."""
    facts = parse_facts(text, name, law_book())
    facts = with_imports(facts, imports) if imports else facts
    return check_facts(facts, as_of=as_of, laws=laws, book=book)


@dataclass(frozen=True, slots=True)
class Imports:
    """Imports to put beside the facts of a firm; `is_complete` where they are all of their years.

    `wrong` are the rows that were left out.
    """

    rows: tuple[ImportedGoods, ...]
    is_complete: bool = False
    wrong: tuple[WrongRow, ...] = ()


def load_imports(path: Path, *, is_complete: bool = False, keep_good: bool = False) -> Imports:
    """Return the imports of a CSV file.

    Raises `InputError` where rows cannot be used, unless the good ones are asked for; what is left
    of a file is never complete.
    """
    found = read_imports(path)
    if not keep_good:
        refuse(found, path.name)
    if found.wrong and is_complete:
        raise InputError(
            f"{len(found.wrong)} rows cannot be used, so the rest is not complete",
            where=f"{path.name}:{found.wrong[0].line}",
            fix="Correct the rows, or leave --imports-complete out.",
        )
    return Imports(found.rows, is_complete, found.wrong)


def with_imports(facts: Facts, imports: Imports) -> Facts:
    """Return the facts with the imports added, in every fact that is counted on a table of goods.

    Raises `InputError` for a year whose imports the facts give as well.
    """
    book = law_book()
    known = dict(facts.known)
    for definition in book.vocabulary.facts:
        table = book.tables.get(definition.table or "")
        if table is None:
            continue
        cells = cells_of_imports(
            imports.rows, definition.id, table, is_complete=imports.is_complete
        )
        years = {cell.year for cell in facts.known if cell.fact == definition.id}
        twice = years & ({cell.year for cell in cells} | {0})
        if twice and cells:
            when = f" of {max(twice)}" if max(twice) else ""
            raise InputError(
                f"The imports{when} stand in the facts and in the file of imports",
                where=definition.id, fix="Give them once.",
            )  # fmt: skip
        known |= cells
    return Facts(known, facts.states)


def check_facts(
    facts: Facts,
    *,
    as_of: date | None = None,
    laws: Sequence[str] = (),
    book: LawBook | None = None,
) -> Answers:
    """Return what each law says to a firm with these facts.

    Without `book`, the laws that come with the package.
    """
    book = book or law_book()
    day = as_of or law_day()
    chosen = list(dict.fromkeys(find_law(name, book).id for name in laws))
    asked = [law for law in book.laws if not chosen or law.id in chosen]
    return Answers(
        as_of=day,
        vocabulary=book.vocabulary.version,
        results=tuple(assess(law, facts, book, day) for law in asked),
    )
