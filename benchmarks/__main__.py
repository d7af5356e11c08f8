"""`python -m benchmarks [name …]`: measures every figure, or those named, and prints one table."""

import sys
from collections.abc import Callable, Iterable, Mapping

from rich.console import Console
from rich.table import Table

from benchmarks import (
    delivering,
    fan_out,
    open_conversations,
    pacing,
    people_import,
    planning,
    replay,
    sizing,
    slack_submission,
    startup,
    teams_submission,
    turn,
)
from benchmarks.figures import Figure

MEASURES: Mapping[str, Callable[[], Iterable[Figure]]] = {
    "turn": turn.measure,
    "replay": replay.measure,
    "open_conversations": open_conversations.measure,
    "startup": startup.measure,
    "slack_submission": slack_submission.measure,
    "teams_submission": teams_submission.measure,
    "fan_out": fan_out.measure,
    "delivering": delivering.measure,
    "pacing": pacing.measure,
    "people_import": people_import.measure,
    "sizing": sizing.measure,
    "planning": planning.measure,
}


def main(names: list[str]) -> int:
    if unknown := set(names) - set(MEASURES):
        print(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
        return 2
    console = Console(width=130)
    rows = Table("figure", "measured", "held against", "")
    holds = True
    for name in names or MEASURES:
        with console.status(f"measuring {name}"):
            for figure in MEASURES[name]():
                mark = {None: "", True: "holds", False: "DOES NOT HOLD"}[figure.holds]
                holds = holds and figure.holds is not False
                rows.add_row(figure.what, figure.measured, figure.against, mark)
    console.print(rows)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
