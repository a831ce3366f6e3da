"""Monitor: estimate from samples, and draw them."""
