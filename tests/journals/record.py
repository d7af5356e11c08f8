"""Recording journals: plays the stories that have no recording yet.

    python -m tests.journals.record

A recording is never made again: it is what was in the databases of the day it was made. A story that can no
longer be played like that is still told by its recording.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import Ending, Register, discover
from flows.replay import Progress, Recorded, Waiting, advance
from flows.steps import Ask, Look, Step
from storage.columns import table
from storage.database import Database
from storage.facts import samples
from storage.journal import Conversation, Entry
from storage.json_values import read, written
from storage.migrations import upgrade
from tests.journals.stories import STORIES, Scene, Story
from tests.team import move_in

HERE = Path(__file__).parent


class NotRecorded(Exception):
    """The flow awaits a step on the way that the recording does not have."""


def replayed(register: Register, recording: dict[str, Any]) -> Progress:
    """Where a recorded conversation stands on the flows as they are.

    Only a question may be without an entry, and a look, which is read anew as a peek does it.
    """
    flow = register.running(recording["flow"], recording["version"])
    journal = {entry["key"]: Recorded(entry["value"]) for entry in recording["journal"]}

    def only_asks(step: Step[Any]) -> Recorded | Waiting:
        if isinstance(step, Look):
            return Recorded(written(samples((step.fact,))[step.fact]))
        if not isinstance(step, Ask):
            raise NotRecorded(f"{flow.name} awaits {step.key!r}, which was not recorded")
        return Waiting()

    return advance(flow.name, flow.body, read(recording["params"]), journal, only_asks)


def outcome(progress: Progress) -> dict[str, Any]:
    """Where that is, in a form that can be kept."""
    ending = progress.result
    if isinstance(ending, Ending):
        ending = {"text": ending.text, "values": written(ending.values)}
    return {"waiting": [step.key for step in progress.waiting], "done": progress.done, "ending": ending}


def recorded(story: Story) -> list[dict[str, Any]]:
    """The conversations a story leaves behind, each with its newest entries in their order."""
    with tempfile.TemporaryDirectory() as directory:
        database = Database(f"sqlite:///{directory}/journal.sqlite3", "NORMAL")
        upgrade(database)
        move_in(database)
        clock, register = SetClock(), discover()
        story(Scene.on(Dispatcher(database, Repertoire.of(register, load("flows.texts"), {}), clock), clock))
        with database.read() as db:
            conversations = db.execute(select(table(Conversation)).order_by(table(Conversation).c.id)).mappings().all()
            entries = db.execute(select(table(Entry)).order_by(table(Entry).c.edition)).mappings().all()
        database.close()
    found = []
    for row in conversations:
        own = {each["key"]: each for each in entries if each["conversation_id"] == row["id"]}
        recording = {
            "flow": row["flow"],
            "version": row["flow_version"],
            "params": row["params"],
            "journal": [{"key": key, "step": each["step"], "value": each["value"]} for key, each in own.items()],
        }
        found.append({**recording, **outcome(replayed(register, recording))})
    return orjson.loads(orjson.dumps(found))  # type: ignore[no-any-return]  # as it comes back from a file


def recordings() -> dict[str, list[dict[str, Any]]]:
    """Every recording there is, by the name of its story."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(HERE.glob("*.json"))}


def _main() -> None:
    for name, story in STORIES.items():
        file = HERE / f"{name}.json"
        if file.exists():
            continue
        file.write_text(json.dumps(recorded(story), ensure_ascii=False, indent=1) + "\n", "utf-8")
        sys.stdout.write(f"{file.name}\n")


if __name__ == "__main__":
    _main()
