"""Match lists of facilities with the registry, with each other, or within themselves."""
