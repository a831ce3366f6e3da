"""What people do with an item after its letter: claim, show, judge, hand over, decide, plan."""
