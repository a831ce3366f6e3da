"""The governance room: the gap, its series over time, and the way back from each figure."""

from ketenkaart.services.governance.gap import compute_gap, gap_series
from ketenkaart.services.governance.trace import explain

__all__ = ["compute_gap", "explain", "gap_series"]
