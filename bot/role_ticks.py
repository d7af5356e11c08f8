"""The clock of roles: ends those whose holders have left and those whose last day is past."""

from collections.abc import Iterator

from bot.dispatcher import Dispatcher
from bot.logs import alert
from storage.roles import end_what_is_over


def end_roles(dispatcher: Dispatcher) -> Iterator[int]:
    """Says in the log, each time, that the last administrator has left: from then on nobody can give a role in chat."""
    with dispatcher.database.write() as db:
        ended = end_what_is_over(db, dispatcher.clock.now())
    if ended.kept:
        alert("the last administrator has left; name another with `evenhand roles grant`", person=ended.kept.id)
    yield ended.count
