"""WORDS: what is drafted or checked, by rule or by model; imports nothing of ours."""
