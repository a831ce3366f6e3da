"""The pages of standards, sectors without a covenant, and clauses beside norms."""
