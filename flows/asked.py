"""What is asked of people: the minutes that answering took or would take, a week, for HR."""

from collections.abc import Mapping

from flows.core import Ending, command, ends, flow


@flow("asked", on=command("asked"), offered="announces", menu=150)
async def asked(minutes_asked: Mapping[str, int]) -> Ending:
    return ends("minutes" if minutes_asked["people"] else "nobody", **minutes_asked)
