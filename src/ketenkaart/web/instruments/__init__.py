"""Parts of the pages about instruments: addresses, words, filters, timeline."""
