"""The mix: which instruments, extended or new, close most of the gap under a budget."""
