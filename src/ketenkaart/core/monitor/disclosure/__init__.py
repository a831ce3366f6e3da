"""Publish totals of companies without giving a company away."""
