"""Governance: who is reached by which instrument, and where is nobody?"""
