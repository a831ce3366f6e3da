"""The defence of the gap: its sensitivity, its instruments together, and its validation."""

from ketenkaart.services.governance.defence.credit import compute_credit
from ketenkaart.services.governance.defence.sensitivity import compute_sensitivity
from ketenkaart.services.governance.defence.together import compute_together
from ketenkaart.services.governance.defence.validation import validate

__all__ = ["compute_credit", "compute_sensitivity", "compute_together", "validate"]
