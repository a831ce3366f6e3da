"""What one can do about the effect of procurement: frame, draw, estimate, hold up self-reports."""
