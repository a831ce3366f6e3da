"""Parliament's open data in the record: import it, follow motions, draw and export."""
