"""Notices of public tenders: OCDS releases and records, eForms XML, and tables."""
