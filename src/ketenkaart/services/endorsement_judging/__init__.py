"""People judge what a machine read in reports; how often it was wrong is measured on that."""
