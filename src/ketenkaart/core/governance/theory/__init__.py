"""Policy theory: why a measure would lead to less harm, which step is tested, which is weakest."""
