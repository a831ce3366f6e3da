"""What became of recommendations and promises: claims, evidence, verdicts, deadlines, plans."""
