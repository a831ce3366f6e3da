"""What runs inside the confined process: one reader per kind of document, and nothing else.

Nothing here may import Django, pydantic or a tables library: every module costs start-up time.
"""
