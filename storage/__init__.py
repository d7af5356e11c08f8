"""REMEMBERS: tables, queries, and the rules on who may see what; imports nothing of ours.

Which time zone data is read is settled here, because nothing can be read with the wrong one before.
"""

from storage import zones

zones.read_from(zones.USED)
