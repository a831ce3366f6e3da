"""The pages of what was read in reports, and of judging it."""
