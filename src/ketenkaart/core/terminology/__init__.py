"""Words with a history: what a thing was called on a day, and which words a text should not mix."""
