"""Split one region of a world table into countries: an estimate that keeps every total."""
