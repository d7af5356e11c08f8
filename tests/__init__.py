"""PROMISES: what must hold, one file for each promise."""
