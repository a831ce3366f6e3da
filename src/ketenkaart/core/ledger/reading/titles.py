"""Papers that a letter names by their title or by who wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ketenkaart.core.ledger.reading.mentions import Kinds, Mention, Taken, holding, slug
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import NormalText, Span
from ketenkaart.core.ledger.reading.types import ReferenceKind

_QUOTED = re.compile(
    r"«(?P<a>[^«»\n]{4,250})»|“(?P<b>[^“”\n]{4,250})”|„(?P<c>[^„”“\n]{4,250})[”“]"
    r"|(?<![\w’])‘(?P<d>[^‘’\n]{4,200})’(?!\w)|\"(?P<e>[^\"\n]{4,250})\""
)
_NEAR = 2
_GAP = 70
_TAIL = re.compile(
    r"(?:,? (?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november"
    r"|december))?,? ?\(?(?:19|20)\d\d\b"
)
_CAPITAL = re.compile(r" (?:[A-Z0-9][^\s.,;:()]{0,40}|[A-Z]\b)")
_LINKING = re.compile(
    r" (?:voor|van|over|en|in|door|der|de|het|duurzaam|duurzame|sociaal|sociale|innovatief"
    r"|innovatieve|nationaal|nationale|internationaal|internationale|rijksoverheid|bedrijfsleven)\b"
)
_PERIOD = re.compile(r",? ?\(?(?:19|20)\d\d ?[-–] ?(?:19|20)\d\d\)?")
_LISTED = re.compile(r"(?:, [a-z]{3,20}){1,4} en [a-z]{3,20}(?: [a-z]{5,30}\b)?")
_MOST_WORDS = 12


def named_papers(
    text: NormalText, kinds: Kinds, sentences: Sequence[Span], taken: Taken
) -> list[Mention]:
    """Return papers named by title or author outside what is `taken`, in their order.

    A short name later on ("the SER advice") is the paper that was named in full before.
    """
    found: list[Mention] = []
    finders = (
        _titled(text, kinds, sentences),
        _plans(text.text, kinds),
        _advice(text.text, kinds),
    )
    for mentions in finders:
        for mention in mentions:
            if not taken.meets(mention.span):
                taken.add(mention.span)
                found.append(mention)
    return _joined(text.text, sorted(found, key=lambda mention: mention.span.start))


def _titled(text: NormalText, kinds: Kinds, sentences: Sequence[Span]) -> Iterator[Mention]:
    notes = [part.span for part in text.paragraphs if part.is_footnote]
    for quoted in _QUOTED.finditer(text.text):
        title = next(group for group in quoted.groups() if group)
        sentence = holding(sentences, quoted.start()) if sentences else Span(0, quoted.start())
        noun = _noun_before(kinds, sentence, quoted.start())
        if noun is not None:
            yield _named(Span(noun.start, quoted.end()), title, noun.match[0], sentence)
        elif any(note.start <= quoted.start() < note.end for note in notes):
            tail = _TAIL.match(text.text, quoted.end())
            if tail:
                note = next(n for n in notes if n.start <= quoted.start() < n.end)
                start = max(note.start, sentence.start)
                yield _named(Span(start, tail.end()), title)


def _noun_before(kinds: Kinds, sentence: Span, opening: int) -> Hit | None:
    """Return the word for a paper to which a quoted title belongs."""
    reach = Span(max(sentence.start, opening - _GAP), opening)
    nouns = kinds.inside("paper_noun", reach)
    if not nouns:
        return None
    noun = nouns[-1]
    if opening - noun.end <= _NEAR:
        return noun
    titled = kinds.inside("titled", Span(noun.end, opening))
    return noun if titled and opening - titled[-1].end <= _NEAR else None


def _named(
    span: Span, title: str, noun: str | None = None, sentence: Span | None = None
) -> Mention:
    identity = f"report-{slug(title)}"
    return Mention(identity, ReferenceKind.REPORT, span, title.strip(), noun=noun, around=sentence)


def _plans(text: str, kinds: Kinds) -> Iterator[Mention]:
    for hit in kinds.of("named_plan"):
        name = hit.match["what"]
        if not name[0].isupper() or text[max(hit.start - 2, 0) : hit.start] in (". ", "\n"):
            continue
        end = _name_end(text, hit.end)
        words = text[hit.start : end]
        if " " not in name and name.lower() not in _COMMON:
            # one word as "Inkoopstrategie" is a name by itself, however it goes on
            yield Mention(f"report-{slug(name)}", ReferenceKind.REPORT, Span(hit.start, end), words)
        elif end > hit.end:
            yield _named(Span(hit.start, end), words)


_COMMON = ("actieplan", "actieagenda", "beleidsagenda", "uitvoeringsagenda", "kabinetsvisie",
           "rijksvisie")  # fmt: skip


def _name_end(text: str, end: int) -> int:
    """Return where a name ends that goes on with capitals, years and the words between them."""
    last = end
    for _ in range(_MOST_WORDS):
        if period := _PERIOD.match(text, end):
            return period.end()
        if listed := _LISTED.match(text, end):
            return listed.end()
        capital = _CAPITAL.match(text, end)
        linking = None if capital else _LINKING.match(text, end)
        found = capital or linking
        if found is None:
            break
        end = found.end()
        is_loose = linking is not None and linking[0].strip() in _LOOSE
        last = last if is_loose else end
    return last


_LOOSE = ("voor", "van", "over", "en", "in", "door", "der", "de", "het")


def _advice(text: str, kinds: Kinds) -> Iterator[Mention]:
    for hit in kinds.of("named_advice"):
        if not hit.match["author"].isupper():
            continue
        end = _name_end(text, hit.end)
        words = text[hit.start : end]
        yield Mention(f"report-{slug(words)}", ReferenceKind.REPORT, Span(hit.start, end), words)
    for hit in kinds.of("advice_given"):
        author = hit.match["author"]
        if author[0].isupper():
            label = f"{author}: {hit.match['what']}"
            identity = f"report-{slug(author)}-{slug(hit.match['what'])}-{hit.start}"
            yield Mention(identity, ReferenceKind.REPORT, hit.span, label)


def _joined(text: str, mentions: list[Mention]) -> list[Mention]:
    """Give a short name the id of the paper before it that it must mean."""
    joined: list[Mention] = []
    alike: dict[str, list[Mention]] = {}
    for mention in mentions:
        before = alike.setdefault(mention.id[:_KEY], [])
        earlier = next((m for m in before if m.id.startswith(mention.id)), None)
        if earlier is None and _SHORT.fullmatch(mention.label):
            author, what = mention.label.split("-", 1)
            earlier = next((m for m in joined if _is_by(text, m, author, what)), None)
        joined.append(replace(mention, id=earlier.id) if earlier else mention)
        if earlier is None:
            before.append(mention)
    return joined


_KEY = len("report-") + 4
"""Characters that the ids of a short and a full name have in common at least."""
_SHORT = re.compile(r"[A-Z]{2,6}-[a-z]{5,20}")


def _is_by(text: str, mention: Mention, author: str, what: str) -> bool:
    """Say whether a paper was introduced as that author's evaluation, advice or report."""
    if mention.noun is None or mention.around is None:
        return False
    return mention.noun.lower().endswith(what) and author in text[slice(*mention.around)]
