"""The law pages: addresses, words and the questions of the check."""
