"""The defence of the gap: what it rests on, who closes it together, and whether it finds cases."""
