"""What people decided about pairs, as labelled pairs: matching is judged and taught by them."""

from __future__ import annotations

from collections.abc import Iterator

from ketenkaart.core.chain.facilities.proposals import DecidedPair, ProposalKind, ProposalState
from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.db.record import models as rows

_PAIRS = (ProposalKind.POSSIBLE_MATCH.value, ProposalKind.MERGE_REQUEST.value)
_SETTLED = (ProposalState.ACCEPTED.value, ProposalState.REJECTED.value)


def decided_pairs() -> Iterator[DecidedPair]:
    """Yield every pair that stands decided, with the records as they stood at the decision.

    A decision that was undone does not count, nor a merge that was taken back later.
    """
    found = rows.FacilityProposal.objects.filter(kind__in=_PAIRS, state__in=_SETTLED)
    for proposal in found.prefetch_related("decisions__event__undone_by").order_by("pk"):
        last = max(proposal.decisions.all(), key=lambda item: item.pk)
        if last.event is not None and hasattr(last.event, "undone_by"):
            continue
        left, right = (FacilityRecord(**record) for record in last.records)
        yield DecidedPair(
            left=left,
            right=right,
            is_match=proposal.state == ProposalState.ACCEPTED.value,
            decided_by=last.by,
            decided_at=last.at,
        )
