"""Files that somebody sends to the site for one question about the chain: nothing is kept."""
