"""Survey files: a table of answers, and the file that says how the sample was drawn."""
