"""Risk: what can go wrong there, and what is worst?"""
