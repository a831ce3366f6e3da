"""Ledger: what was recommended, answered, promised, done?"""
