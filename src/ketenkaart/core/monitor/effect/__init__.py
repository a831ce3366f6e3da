"""What public procurement changed: tenders, product groups, effects from weighted samples."""
