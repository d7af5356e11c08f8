"""Slack, tested against a strict workspace of our own over real HTTP."""
