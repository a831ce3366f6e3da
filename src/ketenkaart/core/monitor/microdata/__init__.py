"""Microdata for evaluators: pseudonyms, identifiers, generalisation, top-coding, risk."""
