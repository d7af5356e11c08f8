"""The overview: counts of participation for HR, and for a manager who of their team has been silent for weeks."""

from collections.abc import Mapping
from typing import Any

from flows.core import Ending, command, ends, flow
from storage.references import Phrase


@flow("overview", on=command("overview"), offered="has_overview", menu=145)
async def overview(
    has_overview: bool, participation_counts: Mapping[str, Any], silent_team: Mapping[str, Any]
) -> Ending:
    if not has_overview:
        return ends("nobody")
    parts: list[Phrase] = []
    if participation_counts:
        company = "overview.company" if participation_counts["silent"] else "overview.company_fine"
        enough = participation_counts["lines"]
        parts.append(Phrase(company if enough else "overview.too_few", participation_counts))
    if silent_team:
        parts.append(Phrase("overview.team" if silent_team["people"] else "overview.team_fine", silent_team))
    return ends("shown", parts=tuple(parts))
