"""What one can ask of the chain: one function per question, on any world table."""
