"""The pages of what is measured."""
