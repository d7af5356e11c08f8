"""DECIDES: conversations as pure declarations; no platform, no session, no clock."""
