"""Crashing: conversations played by a list of events, cut off at any statement, in this process or in one of its own.

    python -m tests.crashing        waits on its input for {"url": …, "cut": …}, one a line

For each line it forks a process that plays the check-in on that database and is killed (SIGKILL) at the given
cut; what that process had acknowledged is printed as it goes. Forking spares starting an interpreter each time.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, event, select
from sqlmodel import SQLModel

from bot.answers import Answer, Called, Submitted
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Refused
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import discover
from flows.page import At
from flows.questions import Raw
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.journal import Conversation, Entry, Inbox, OpenAsk, Outbox
from storage.versions import series_of
from tests.team import ANN, BEN, DORA, HANNA, LI_WEI

Script = Callable[[int], Sequence[Answer]]
"""The events of a conversation, given its number."""
JOURNAL: tuple[type[SQLModel], ...] = (Conversation, Entry, OpenAsk, Inbox, Outbox)

_PULSE: dict[str, Raw] = {"mood": "2", "highlights": "fine", "help_wanted": "A lawyer for Acme.", "share": "manager"}
_EDITED: dict[str, Raw] = {**_PULSE, "mood": "3", "blockers": "Their legal department."}


def checkin(conversation: int) -> Sequence[Answer]:
    """A check-in that says too little, its follow-up question, and an edit."""
    return (
        Called("start", BEN, "checkin", ""),
        Submitted("sent", BEN, At(conversation, "pulse"), _PULSE),
        Submitted("more", BEN, At(conversation, "more"), {"more": "Renewed Acme on Tuesday."}),
        Submitted("edit", BEN, At(conversation, "pulse", 1), _EDITED),
    )


def appeal(conversation: int) -> Sequence[Answer]:
    """An appeal (`tests.hard_flows`) that goes to the panel, whose three votes are sealed."""
    votes: dict[int, dict[str, Raw]] = {
        juror: {"verdict": "revise", "reasons": f"Reasons of {juror}."} for juror in (HANNA, DORA, LI_WEI)
    }
    return (
        Called("start", BEN, "appeal", ""),
        Submitted("claim", BEN, At(conversation, "claim"), {"story": "It was signed in March."}),
        Submitted("no", ANN, At(conversation, "manager_answer"), {"verdict": "uphold", "note": "It was not."}),
        Submitted("on", BEN, At(conversation, "escalate"), {"to_panel": "yes"}),
        *(Submitted("vote", juror, At(conversation, f"vote:{juror}"), typed) for juror, typed in votes.items()),
    )


def play(dispatcher: Dispatcher, clock: SetClock, script: Script) -> Iterator[str]:
    """Every event in its order and at its own minute; each is named once it has been acknowledged."""
    begun = clock.now()
    for number in range(len(script(0))):
        clock.at = begun + timedelta(minutes=number)
        answer = script(_conversation(dispatcher.database))[number]
        reply = dispatcher.handle(answer)
        assert not isinstance(reply, Refused), (answer, reply)
        yield f"{answer.person}:{answer.id}"


def _conversation(database: Database) -> int:
    with database.read() as db:
        return int(db.execute(select(table(Conversation).c.id)).scalar() or 0)


def remains(database: Database, *records: type[SQLModel]) -> dict[str, list[str]]:
    """All that is kept, but for the numbers that rows get: PostgreSQL skips those that a crash has used up."""
    here = _conversation(database)
    with database.read() as db:
        keys = db.execute(select(table(Entry).c.key).where(table(Entry).c.step == "save")).scalars()
        named = {series_of(here, key): f"series of {key}" for key in keys}
        named |= {f":{here}:": ":C:", f"'conversation_id': {here}": "'conversation_id': C"}

        def plain(row: RowMapping) -> str:
            written = repr({**row, "id": None} if isinstance(row.get("id"), int) else dict(row))
            for name, instead in named.items():
                written = written.replace(name, instead)
            return written

        return {
            str(model.__tablename__): sorted(plain(row) for row in db.execute(select(table(model))).mappings())
            for model in (*JOURNAL, *records)
        }


@dataclass
class Cuts:
    """The places where a process can end: before each statement, and before and after each commit."""

    end: Callable[[], None]
    at: int | None = None
    counting: bool = False
    met: list[str] = field(default_factory=list)

    @contextmanager
    def counted(self, at: int | None) -> Iterator[None]:
        """Counts what is met from here on, and ends the process at that place."""
        self.at, self.met, self.counting = at, [], True
        try:
            yield
        finally:
            self.counting = False

    def meet(self, what: str) -> None:
        if self.counting:
            self.met.append(what)
            if len(self.met) - 1 == self.at:
                self.end()

    def watch(self, database: Database) -> None:
        engine = database.engine
        commit = engine.dialect.do_commit

        def committing(connection: Any) -> None:
            self.meet("before the commit")
            commit(connection)
            self.meet("after the commit")

        engine.dialect.do_commit = committing  # type: ignore[assignment]

        @event.listens_for(engine, "before_cursor_execute")
        def executing(*arguments: Any) -> None:
            self.meet(str(arguments[2]))


def bot_on(database: Database) -> Dispatcher:
    """The bot as it starts."""
    return Dispatcher(database, Repertoire.of(discover(), load("flows.texts"), {}), SetClock())


def _say(word: str, what: str) -> None:
    sys.stdout.write(f"{word} {what}\n")
    sys.stdout.flush()


def _play_to_the_cut(url: str, cut: int | None) -> None:
    dispatcher = bot_on(Database(url))
    cuts = Cuts(lambda: os.kill(os.getpid(), signal.SIGKILL))
    cuts.watch(dispatcher.database)
    assert isinstance(dispatcher.clock, SetClock)
    with cuts.counted(cut):
        for name in play(dispatcher, dispatcher.clock, checkin):
            _say("acknowledged", name)


def _main() -> None:
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            _play_to_the_cut(job["url"], job["cut"])
            os._exit(0)
        _, status = os.waitpid(child, 0)
        _say("ended", str(os.waitstatus_to_exitcode(status)))


@dataclass
class Processes:
    """Plays the check-in in processes of their own."""

    process: "subprocess.Popen[str]"

    def play(self, url: str, cut: int | None) -> tuple[list[str], int]:
        """What was acknowledged, and how the process ended: -9 when it was killed."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"url": url, "cut": cut}) + "\n")
        self.process.stdin.flush()
        acknowledged: list[str] = []
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "ended":
                return acknowledged, int(rest)
            acknowledged.append(rest)
        raise EOFError("the process that forks has ended")


@contextmanager
def processes() -> Iterator[Processes]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crashing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    ) as process:
        yield Processes(process)
        assert process.stdin
        process.stdin.close()


RECORDS = (CheckIn,)

if __name__ == "__main__":
    _main()
