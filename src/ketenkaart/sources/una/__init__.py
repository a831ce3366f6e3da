"""UN National Accounts Main Aggregates: value added by activity, and spending."""

from ketenkaart.sources.una.reader import (
    ACCOUNTS,
    ACTIVITIES,
    read_accounts,
    read_activity_shares,
)

__all__ = ["ACCOUNTS", "ACTIVITIES", "read_accounts", "read_activity_shares"]
