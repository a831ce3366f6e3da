"""The mix under a budget and what-if: instruments added, changed and left out, and the gap then."""
