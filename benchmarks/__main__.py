"""`python -m benchmarks [name …]`: measures every figure, or those named, and prints one table.

Each benchmark has a process of its own, begun by one that holds nothing: a process inherits the peak memory of whoever
begins it, and threads and caches that another benchmark left behind are no part of what is measured.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from rich.console import Console
from rich.table import Table

from benchmarks.figures import measured

NAMES = (
    "turn",
    "replay",
    "open_conversations",
    "startup",
    "slack_submission",
    "teams_submission",
    "fan_out",
    "delivering",
    "pacing",
    "people_import",
    "people_search",
    "sizing",
    "planning",
    "reading",
    "goal_clinic",
)
"""The modules that have a `measure`, in the order of the table."""


def main(names: list[str]) -> int:
    if unknown := set(names) - set(NAMES):
        print(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
        return 2
    console = Console(width=130)
    rows = Table("figure", "measured", "held against", "")
    holds = True
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        for name in names or NAMES:
            with console.status(f"measuring {name}"):
                for figure in processes.submit(measured, name).result():
                    mark = {None: "", True: "holds", False: "DOES NOT HOLD"}[figure.holds]
                    holds = holds and figure.holds is not False
                    rows.add_row(figure.what, figure.measured, figure.against, mark)
    console.print(rows)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
