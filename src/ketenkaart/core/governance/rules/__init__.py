"""Laws as dated, three-valued rules: who is in scope, since when, and what decides it."""
