"""From a letter's text to proposals: what was recommended, answered, promised and cited.

Nothing read here is a fact of the record. It is a proposal with its passage, for a person to judge.
"""
