"""What company reports say of the OECD Guidelines: named, taken as their frame, or put to work."""
