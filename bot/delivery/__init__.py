"""Delivery: carries what the outbox promises to people, each message once, at the pace its platform takes.

`courier.py` is what a platform has to be able to do; `claiming.py` decides in one transaction which messages go now
and where; `carrying.py` sends them; `outcomes.py` notes what became of each; `reconciling.py` finds out about those
a crash left uncertain; `editing.py` keeps prompts that were sent true, and `rewording.py` what was announced;
`jobs.py` and `leases.py` share the work among processes; `service.py` runs all of it. The playground, which lives in
the same database, needs none of that: `in_process.py`.
"""
