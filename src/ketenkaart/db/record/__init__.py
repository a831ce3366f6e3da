"""What is public: the ledger of recommendations, answers and promises, and its audit trail."""
