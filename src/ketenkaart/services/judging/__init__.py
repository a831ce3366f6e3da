"""Letters under judgement: keep readings, judge proposals, resolve, publish."""
