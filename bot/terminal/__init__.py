"""The terminal: the same pages as everywhere, one question after the other."""
