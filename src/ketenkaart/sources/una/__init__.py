"""UN National Accounts Main Aggregates: value added by activity."""

from ketenkaart.sources.una.reader import ACTIVITIES, read_activity_shares

__all__ = ["ACTIVITIES", "read_activity_shares"]
