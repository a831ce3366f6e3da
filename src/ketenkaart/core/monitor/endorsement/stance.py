"""How a sentence stands to the Guidelines that it names: whose frame, done, meant or denied."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ketenkaart.core.monitor.endorsement.cues import CueKind, EndorsementCues, Hit
from ketenkaart.core.monitor.endorsement.types import Form, Ground, Stance

_LEAST_OF_A_LIST = 2
_POSSESSIVE = ("our", "ours", "ons", "onze")
_BESIDE = 2
"""Characters behind a verb in which the subject that belongs to it begins."""
_AFTER = re.compile(r", | en | maar | and | but |; |$")
_PARALLEL = re.compile(r"\s*,? (?:and|en|as well as) .*,\s*(?:(?:the|de|het)\s*)?\Z", re.IGNORECASE)
_OBJECT = re.compile(
    r"\b(?:with|to|of|for|from|by|in|at|on|among|between|bij|met|aan|van|voor|door|in|op|naar|onder"
    r"|tussen) (?:(?:the|our|its|a|an|de|het|een|ons|onze|alle|all) )?"
    r"(?:\w+ |\w+, |(?:\w+,? ){1,3}(?:and|en) )?\Z",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"[\s,]+(?:that|which|who|whose|to|die|dat|om|wiens)\b", re.IGNORECASE)
_BY = re.compile(r"(?:by|door) (?:\w+ ){0,3}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """The ground that a sentence gives, its stance, and the ids of the cues that decided."""

    ground: Ground
    stance: Stance
    cues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _View:
    """A sentence with the place of the name, and the clause that it stands in."""

    text: str
    start: int
    end: int
    clause_start: int
    clause_end: int


def judge(text: str, start: int, end: int, form: Form, cues: EndorsementCues) -> Finding:
    """Return on what ground a sentence names the Guidelines at `start` up to `end`."""
    view = _view(text, start, end, cues)
    frame = _frame(view, cues)
    index = cues.hits(CueKind.INDEX, text)
    if index and (frame is None or not _owns(text, frame.start, cues)):
        return Finding(Ground.INDEX_ROW, Stance.NONE, (index[0].cue.id,))
    if text.rstrip().endswith("?"):
        return Finding(Ground.QUESTION, Stance.NONE, ())
    about = [hit for hit in cues.hits(CueKind.ABOUT, text) if _is_near(hit, view)]
    if frame is None:
        return _unframed(view, form, about, cues)
    return _framed(view, frame, about, cues)


def _framed(view: _View, frame: Hit, about: list[Hit], cues: EndorsementCues) -> Finding:
    named_only = Finding(Ground.NAMED_ONLY, Stance.NONE, tuple(hit.cue.id for hit in about[:1]))
    if about and not _is_own(view, frame, cues):
        return named_only
    actor = _of_others(view, frame, cues)
    if actor is not None:
        return Finding(Ground.OF_OTHERS, Stance.NONE, (frame.cue.id, actor.cue.id))
    stood = _stood(view, frame, cues)
    if stood is not None:
        return stood
    return named_only if about else Finding(Ground.OWN_FRAME, Stance.FIRM, (frame.cue.id,))


def _view(text: str, start: int, end: int, cues: EndorsementCues) -> _View:
    left, right = 0, len(text)
    opened = text.rfind(":", 0, start)
    for hit in cues.hits(CueKind.SEPARATES, text):
        # behind a colon semicolons divide the items of a list, and no statements
        if 0 <= opened < hit.start and text[hit.start] == ";":
            continue
        if hit.end <= start:
            left = max(left, hit.end)
        elif hit.start >= end:
            right = min(right, hit.start)
    return _View(text, start, end, left, right)


def _frame(view: _View, cues: EndorsementCues) -> Hit | None:
    """Return the frame in the name's clause that stands nearest to it; a strong one first."""
    found = [
        hit
        for hit in cues.hits(CueKind.FRAME, view.text)
        if view.clause_start <= hit.start
        and hit.end <= view.clause_end
        and not (view.start <= hit.start and hit.end <= view.end)
    ]
    strong = [hit for hit in found if hit.cue.value != "weak"]
    parallel = [hit for hit in strong if _PARALLEL.match(view.text[hit.end : view.start])]
    return min(parallel or strong, key=lambda hit: _distance(hit, view), default=None)


def _distance(hit: Hit, view: _View) -> int:
    return max(view.start - hit.end, hit.start - view.end, 0)


def _is_near(hit: Hit, view: _View) -> bool:
    return view.clause_start <= hit.start < view.clause_end


def _owns(text: str, until: int, cues: EndorsementCues) -> bool:
    return any(hit.start < until for hit in cues.hits(CueKind.OWN, text))


def _unframed(view: _View, form: Form, about: list[Hit], cues: EndorsementCues) -> Finding:
    """Return what a sentence says whose words no rule knows as a frame.

    Where the writer speaks of itself and of nothing that only concerns the Guidelines, it tells
    what it does with them: that is taken for a frame, with this rule as its ground.
    """
    if form is Form.HEADING:
        return Finding(Ground.TITLE, Stance.NONE, ())
    weak = [hit for hit in cues.hits(CueKind.FRAME, view.text) if _is_near(hit, view)]
    denials = _denials(view, view.clause_end, cues)
    if weak and not about and _is_denied(denials):
        return Finding(Ground.DENIED, Stance.DENIED, (weak[0].cue.id, denials[0].cue.id))
    own = [] if weak or about else _own_words(view, cues)
    if own:
        actor = _of_others(view, Hit(view.end, view.end, own[0].cue), cues)
        if actor is None:
            stood = _stood(view, own[0], cues)
            return stood or Finding(Ground.OWN_FRAME, Stance.FIRM, (own[0].cue.id,))
        return Finding(Ground.OF_OTHERS, Stance.NONE, (actor.cue.id,))
    if len(cues.hits(CueKind.STANDARD, view.text)) >= _LEAST_OF_A_LIST:
        return Finding(Ground.LISTED, Stance.NONE, ("standard_named",))
    return Finding(Ground.NAMED_ONLY, Stance.NONE, tuple(hit.cue.id for hit in about[:1]))


def _own_words(view: _View, cues: EndorsementCues) -> list[Hit]:
    """Return where the writer is the one that acts: "our lawyer" is somebody else."""
    return [
        hit
        for hit in cues.hits(CueKind.OWN, view.text)
        if view.clause_start <= hit.start < view.clause_end
        and view.text[hit.start : hit.end].lower() not in _POSSESSIVE
    ]


def _actors(text: str, cues: EndorsementCues) -> list[Hit]:
    """Return who is spoken of, in order; a longer phrase of one's own swallows others within it."""
    own = cues.hits(CueKind.OWN, text)
    others = [
        hit
        for hit in cues.hits(CueKind.OTHER_ACTOR, text)
        if not any(_holds(mine, hit) for mine in own) and not _is_object(text, hit, own)
    ]
    own = [hit for hit in own if not any(_holds(other, hit) for other in others)]
    return sorted((*own, *others), key=lambda hit: (hit.start, hit.end))


def _holds(longer: Hit, hit: Hit) -> bool:
    return longer.start <= hit.start and hit.end <= longer.end


def _is_object(text: str, hit: Hit, own: list[Hit]) -> bool:
    """Say whether someone is only spoken of, behind a subject of one's own: "with suppliers"."""
    if not any(mine.end <= hit.start for mine in own) or _RELATIVE.match(text, hit.end):
        return False
    return _OBJECT.search(text[: hit.start]) is not None


def _is_own(view: _View, frame: Hit, cues: EndorsementCues) -> bool:
    before = [hit for hit in _actors(view.text, cues) if hit.start < max(frame.start, view.start)]
    return bool(before) and before[-1].cue.kind is CueKind.OWN


def _of_others(view: _View, frame: Hit, cues: EndorsementCues) -> Hit | None:
    """Return the actor whose frame it is, where that is not the writer."""
    actors = [
        hit
        for hit in _actors(view.text, cues)
        if not (view.start <= hit.start and hit.end <= view.end)
    ]
    demanded = [
        hit
        for hit in cues.hits(CueKind.REQUIRES, view.text)
        if hit.start < max(frame.start, view.start)
        and hit.start >= view.clause_start
        and not (frame.start <= hit.start < frame.end)
    ]
    if demanded:
        return _demanded(demanded[-1], frame, actors)
    passive = [
        hit
        for hit in actors
        if hit.cue.kind is CueKind.OTHER_ACTOR
        and hit.start >= frame.end
        and _BY.search(view.text[frame.start : hit.start])
        and hit.end <= view.clause_end
    ]
    before = [hit for hit in actors if hit.start < _subject_end(frame, view)]
    inside = [hit for hit in before if hit.start >= view.clause_start]
    nearest = (inside or before)[-1:] or None
    if nearest is None:
        return passive[0] if passive else None
    return nearest[0] if nearest[0].cue.kind is CueKind.OTHER_ACTOR else None


def _subject_end(frame: Hit, view: _View) -> int:
    """Return how far a subject may stand: Dutch puts it behind its verb as well as before it."""
    return max(frame.start, min(frame.end + _BESIDE, view.start))


def _demanded(demand: Hit, frame: Hit, actors: list[Hit]) -> Hit | None:
    """Return of whom it is demanded; what a firm demands of itself is its own frame."""
    before = [hit for hit in actors if hit.start < demand.start]
    after = [hit for hit in actors if demand.start <= hit.start < frame.start]
    if before and before[-1].cue.kind is CueKind.OWN:
        strange = [hit for hit in after if hit.cue.kind is CueKind.OTHER_ACTOR]
        return strange[0] if strange else None
    return before[-1] if before else demand


def _stood(view: _View, frame: Hit, cues: EndorsementCues) -> Finding | None:
    """Return that the frame is a thing of the past, denied or only meant, where it is."""
    end = max(view.end, frame.end)
    tail = _AFTER.search(view.text, end)
    reach = min(tail.start() if tail else view.clause_end, view.clause_end)
    former = _within(cues.hits(CueKind.FORMER, view.text), view.clause_start, reach)
    if former:
        return Finding(Ground.FORMER, Stance.DENIED, (frame.cue.id, former[0].cue.id))
    hedges = _within(cues.hits(CueKind.HEDGE, view.text), view.clause_start, min(end, reach))
    denials = _denials(view, reach, cues)
    if hedges:
        return Finding(Ground.INTENDED, Stance.INTENDED, (frame.cue.id, hedges[0].cue.id))
    if _is_denied(denials):
        return Finding(Ground.DENIED, Stance.DENIED, (frame.cue.id, denials[0].cue.id))
    return None


def _is_denied(denials: list[Hit]) -> bool:
    """Say whether denials do not cancel each other: "nor" only carries one on."""
    plain = [hit for hit in denials if hit.cue.value is None]
    return len(denials) > len(plain) or len(plain) % 2 == 1


def _denials(view: _View, reach: int, cues: EndorsementCues) -> list[Hit]:
    return _within(plain_denials(view.text, cues), view.clause_start, reach)


def plain_denials(text: str, cues: EndorsementCues) -> list[Hit]:
    """Return the denials of a text without those that deny nothing: "not only", "no exception"."""
    excused = cues.hits(CueKind.NO_DENIAL, text)
    return [
        hit
        for hit in cues.hits(CueKind.DENIAL, text)
        if not any(one.start <= hit.start and hit.end <= one.end for one in excused)
    ]


def _within(hits: list[Hit], start: int, end: int) -> list[Hit]:
    return [hit for hit in hits if start <= hit.start and hit.end <= end]
