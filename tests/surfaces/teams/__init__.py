"""The Teams surface, by the edges of its parts."""
