"""Files of gigabytes, read piece by piece: folders, archives, and matrices written as text."""
