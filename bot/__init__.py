"""TALKS: everything that knows a platform, a clock or a network."""
