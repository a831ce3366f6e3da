"""Parts of the pages on which letters are judged: forms, marked text, choices."""
