"""Letters of our own making, to measure reading with: the same seed gives the same letters.

Each is a minister's answer to advice, of one to a few dozen sections, in words of our own. It comes
as paragraphs, and as the pages of a printed text: lines of equal width, words broken at line ends,
footnotes at the foot, and the page's own lines around them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

ADVISERS = (
    "de Ketenraad",
    "de Rekencommissie",
    "het Planbureau",
    "de Adviesraad Handel",
    "de raad",
)
TOPICS = (
    "Toezicht en naleving",
    "Inkoop door gemeenten",
    "Kennis en voorlichting",
    "Samenwerking in Europa",
    "Metingen en cijfers",
    "Hulp aan kleine ondernemingen",
    "Klachten en herstel",
)
THINGS = (
    "de voorlichting aan kleinere ondernemingen",
    "het toezicht op de inkoopvoorwaarden",
    "de samenwerking tussen uitvoeringsorganisaties",
    "de verslaglegging over werkomstandigheden",
    "het MVO-beleid van de overheid",
    "de verantwoordelijkheidsverdeling tussen departementen",
    "een klachtenregeling voor omwonenden",
    "de beschikbaarheid van gegevens over toeleveranciers",
)
DEEDS = (
    "versterken",
    "vereenvoudigen",
    "jaarlijks meten",
    "openbaar maken",
    "herzien",
    "verbreden",
)
MOMENTS = (
    "voor 1 juli 2022",
    "in het najaar van 2022",
    "eind 2023",
    "uiterlijk in het tweede kwartaal van 2022",
    "voor de behandeling van de begroting",
    "binnen drie maanden",
)
ADVICE = (
    "{adviser} beveelt aan om {thing} te {deed}.",
    "Volgens {adviser} zou de overheid {thing} moeten {deed}.",
    "{adviser} adviseert om {thing} te {deed} en daarover te berichten.",
    "Daarnaast stelt {adviser} dat het nodig is om {thing} te {deed}.",
    "Er wordt aanbevolen om {thing} te {deed}.",
)
ANSWERS = (
    "Het kabinet neemt deze aanbeveling over.",
    "Deze aanbeveling wordt niet overgenomen, omdat de kosten hoger zijn dan de baten.",
    "Dit is staand beleid.",
    "Ik onderschrijf het belang hiervan en zal {thing} {moment} {deed}.",
    "Of dit kan, wordt betrokken bij de evaluatie die {moment} wordt afgerond.",
    "Ik neem dit deels over: {thing} wordt bezien, de rest niet.",
)
FACTS = (
    "Uw Kamer is hierover eerder geïnformeerd (Kamerstuk {dossier}, nr. {number}).",
    "In {year} is hiervoor € {amount} mln. uitgetrokken, d.w.z. meer dan in het jaar ervoor.",
    "Dit geldt voor ondernemingen en medeoverheden, bijvoorbeeld met veel toeleveranciers.",
    "Met «{title}» heeft {adviser} laten zien dat {thing} aandacht vraagt.",
    "De motie van het lid De Wit c.s. (Kamerstuk {dossier}, nr. {number}) vraagt hier ook om.",
    "Daarbij gaat het o.a. om {thing}; dat vergt tijd, geld en geduld.",
)
TITLES = ("Eerlijk delen", "Zicht op de keten", "Meten en weten")


@dataclass(frozen=True, slots=True)
class Text:
    """A heading, paragraph or list item; `note` is the footnote that its last word calls."""

    words: str
    is_heading: bool = False
    note: str | None = None


@dataclass(slots=True)
class MadeLetter:
    """A letter as its parts, and the seed that it was made from."""

    seed: int
    texts: list[Text] = field(default_factory=list)

    @property
    def plain(self) -> str:
        """Return the letter with one paragraph a line and an empty line between them."""
        return "\n\n".join(text.words for text in self.texts) + "\n"


def make_letter(seed: int, sections: int | None = None) -> MadeLetter:
    """Return a letter of `sections` sections, or of a number that follows from the seed."""
    rng = Random(seed)  # noqa: S311 - made-up letters need no secrecy
    count = sections if sections is not None else min(40, 1 + int(rng.expovariate(1 / 6)))
    letter = MadeLetter(seed, [Text("Geachte voorzitter,")])
    letter.texts.append(
        Text(
            _sentences(rng, ("Hierbij ontvangt u de reactie op het advies van {adviser}.",), FACTS)
        )
    )
    for _ in range(count):
        letter.texts.append(Text(rng.choice(TOPICS), is_heading=True))
        for _ in range(rng.randint(1, 4)):
            note = f"Zie het rapport «{rng.choice(TITLES)}», bladzijde {rng.randint(2, 90)}."
            words = _sentences(rng, ADVICE, FACTS, ANSWERS, FACTS)
            letter.texts.append(Text(words, note=note if rng.random() < 0.15 else None))
    letter.texts.append(Text("De Minister voor Ketens,"))
    letter.texts.append(Text("A.B. Jansen"))
    return letter


def _sentences(rng: Random, *kinds: tuple[str, ...]) -> str:
    return " ".join(
        _fill(rng, rng.choice(kind)) for kind in kinds for _ in range(rng.choice((1, 1, 2)))
    )


def _fill(rng: Random, sentence: str) -> str:
    words = sentence.format(
        adviser=rng.choice(ADVISERS),
        thing=rng.choice(THINGS),
        deed=rng.choice(DEEDS),
        moment=rng.choice(MOMENTS),
        dossier=f"{rng.randint(20, 36)} {rng.randint(100, 999)}",
        number=rng.randint(2, 400),
        year=rng.randint(2012, 2022),
        amount=f"{rng.randint(1, 90)},{rng.randint(1, 9)}",
        title=rng.choice(TITLES),
    )
    return words[0].upper() + words[1:]


def printed(letter: MadeLetter, *, width: int = 72, page: int = 44, end: str = "\n") -> str:
    """Return the letter as pages of lines, a form feed between two of them."""
    rng = Random(letter.seed + 1)  # noqa: S311 - made-up letters need no secrecy
    pages: list[str] = []
    lines: list[str] = []
    notes: list[str] = []
    number = 0

    def close() -> None:
        foot = f"Pagina {len(pages) + 1}"
        body = [*lines, *([""] if notes else []), *notes, "", foot]
        pages.append(end.join(body) + end)
        lines.clear()
        notes.clear()

    for text in letter.texts:
        words, below = text.words, list[str]()
        if text.note is not None:
            number += 1
            words += str(number)
            below = wrapped(f"{number} {text.note}", width, rng)
        body = wrapped(words, width, rng)
        for index, line in enumerate(body):
            # a footnote stands on the page of the word that calls it
            called = below if index + 1 == len(body) else []
            if len(lines) + len(notes) + len(called) >= page:
                close()
            lines.append(line)
            notes.extend(called)
        lines.append("")
    close()
    return "\f".join(pages)


def wrapped(words: str, width: int, rng: Random) -> list[str]:
    """Return `words` as lines of at most `width` characters, long words broken with a hyphen."""
    lines: list[str] = []
    line = ""
    for word in words.split(" "):
        rest = word
        if line and len(line) + 1 + len(rest) > width:
            head, tail = _broken(rest, width - len(line) - 1, rng)
            lines.append(f"{line} {head}".rstrip())
            line, rest = "", tail
        line = f"{line} {rest}" if line else rest
    return [*lines, line]


def _broken(word: str, room: int, rng: Random) -> tuple[str, str]:
    """Return the part of a word that fits with a hyphen, and the rest; all of it when none does."""
    if len(word) < 9 or not word.isalpha() or room < 5 or rng.random() < 0.2:
        return "", word
    cut = min(room - 1, len(word) - 3)
    return f"{word[:cut]}-", word[cut:]
