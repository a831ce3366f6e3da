"""Template tags: from an instrument to why it would work, and to its clauses."""

from __future__ import annotations

from django import template

from ketenkaart.services.norms import list_agreements
from ketenkaart.services.theory import SeenTheory, theories_of

register = template.Library()


@register.simple_tag
def theories_for(instrument_id: str) -> tuple[SeenTheory, ...]:
    """Return the theories that the claim of an instrument rests on."""
    return theories_of(instrument_id)


@register.simple_tag
def agreement_for(instrument_id: str) -> str | None:
    """Return the id under which an instrument's clauses stand, or `None`."""
    return next((item.id for item in list_agreements() if item.instrument == instrument_id), None)
