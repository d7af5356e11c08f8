"""Slack as a surface: everything that knows Slack's protocol; nothing outside imports its SDK."""
