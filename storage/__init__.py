"""REMEMBERS: tables, queries, and the rules on who may see what; imports nothing of ours."""
