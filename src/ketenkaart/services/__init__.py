"""What one can do: transactions, permissions and audit around the core."""
