"""Words for effects, directions and sources of evidence."""

from __future__ import annotations

from datetime import datetime

from django import template

from ketenkaart.core.monitor.evidence.mapping import MapCell
from ketenkaart.core.monitor.evidence.pooling import Pooled
from ketenkaart.core.monitor.evidence.types import Effect, Way
from ketenkaart.core.provenance import Citation
from ketenkaart.services.evidence.reading import EvidenceBase
from ketenkaart.services.register import source_titles
from ketenkaart.web import formats
from ketenkaart.web.render import language
from ketenkaart.web.text import say, texts

register = template.Library()
HUNDREDTHS = {"share", "share_of_level_before"}
DIGITS = 3


@register.simple_tag
def effect_words(effect: Effect) -> str:
    """Return the size of an effect with its unit, and its interval or that there is none."""
    spoken = language()
    times = 100 if effect.unit in HUNDREDTHS else 1
    value = f"{_signed(times * effect.value)} {_unit(effect)}"
    if effect.low is None or effect.high is None:
        return f"{value}, {say('evidence.effect_no_interval', spoken)}"
    return say(
        "evidence.effect_between", spoken, value=value, low=_signed(times * effect.low),
        high=_signed(times * effect.high),
    )  # fmt: skip


@register.simple_tag
def mean_words(mean: Pooled) -> str:
    """Return the mean of effects with its interval and how much studies differ."""
    return say(
        "evidence.mean_line", language(), value=_signed(mean.value), low=_signed(mean.low),
        high=_signed(mean.high), count=len(mean.effects), i2=formats.percent(mean.i2, language()),
    )  # fmt: skip


@register.simple_tag
def new_study_words(mean: Pooled) -> str:
    """Return where the effect in another such study would lie; empty for two studies."""
    if mean.new_low is None or mean.new_high is None:
        return ""
    low, high = _signed(mean.new_low), _signed(mean.new_high)
    return say("evidence.mean_new", language(), low=low, high=high)


@register.simple_tag
def many_studies(count: int) -> str:
    """Return a number of studies in words."""
    if count == 1:
        return say("evidence.studies_one", language())
    return say("evidence.studies_many", language(), count=count)


@register.filter
def ways(cell: MapCell) -> list[tuple[str, int]]:
    """Return the directions that findings of a cell point, with how many."""
    return [(way.value, cell.count(way)) for way in Way if cell.count(way)]


@register.filter
def rungs(level: int) -> list[bool]:
    """Return the five rungs of the ladder, True up to `level`."""
    return [step <= level for step in range(1, 6)]


@register.filter
def spaced(identifier: str) -> str:
    """Return an identifier as words."""
    return identifier.replace("_", " ").replace("-", " ")


@register.filter
def measured_thing(identifier: str) -> str:
    """Return what an effect measures in words; one's own names as they were written."""
    key = f"evidence.measures_{identifier}"
    return say(key, language()) if key in texts() else spaced(identifier)


@register.filter
def moment(text: str) -> str:
    """Return the day of a moment as it was written down."""
    return formats.day(datetime.fromisoformat(text).date(), language())


@register.inclusion_tag("ketenkaart/evidence/cite.html")
def cite_study(citation: Citation, base: EvidenceBase) -> dict[str, object]:
    """Name the source of a finding; one's own sources have no page to lead to."""
    own = {source.id: source.title for source in base.files.sources}
    known = source_titles().get(citation.source)
    title = known or own.get(citation.source) or citation.source
    return {"citation": citation, "title": title, "is_known": known is not None}


def _signed(value: float) -> str:
    digits = 0 if abs(value) >= 10 or value == int(value) else DIGITS - 1
    plain = formats.number(value, language(), digits)
    return f"+{plain}" if value > 0 else plain


def _unit(effect: Effect) -> str:
    key = f"evidence.unit_{effect.unit}" if effect.unit else f"evidence.measure_{effect.measure}"
    return say(key, language()) if key in texts() else spaced(effect.unit or "")
