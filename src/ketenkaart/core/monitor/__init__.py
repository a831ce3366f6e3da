"""Monitor: samples, estimates with their intervals, and the change between waves."""
