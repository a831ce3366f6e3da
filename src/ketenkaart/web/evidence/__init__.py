"""The pages of evidence: the map, one study, initiatives with advice."""
