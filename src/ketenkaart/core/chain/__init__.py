"""Chain: where does a purchase, a sector, a country's demand reach?"""
