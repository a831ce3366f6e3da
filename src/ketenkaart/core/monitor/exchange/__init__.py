"""Series of several countries under joint definitions: shared, compared, joined where possible."""
