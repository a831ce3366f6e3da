"""Company motives: scales, their reliability, and segments by what firms do."""
