"""Journals of conversations as they were once recorded: what people are in the middle of when the code changes."""
