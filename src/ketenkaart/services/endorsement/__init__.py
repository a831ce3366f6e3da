"""Read what company reports say of the OECD Guidelines, one report or thousands."""
