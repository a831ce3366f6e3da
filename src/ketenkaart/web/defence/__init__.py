"""The pages that defend the gap: sensitivity, credit, instruments together, validation."""
