"""Exports of records for evaluators: pseudonymised, checked, with their codebook."""
