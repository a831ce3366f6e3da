"""The chain on the site: its form, its pictures and its words."""
