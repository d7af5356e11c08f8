"""Suggesting: the answer to a line that is no command and no answer. One sentence, at most three buttons, no list.

A button carries the whole line over to its command, so that the form is filled in as if the command had been typed.
"""

from zoneinfo import ZoneInfo

import orjson

from bot.replies import Give, LookAt, Proposal, Reply, Said, Suggestion
from bot.visit import Visit
from flows.command_names import HELP
from flows.meanings import Meaning, phrases_in, readings
from storage.access import checked_in
from storage.columns import iso_week
from storage.directory import find_person, line_above, reports_of, who
from storage.received import is_text
from storage.refusals import NobodyCalled, SeveralCalled

MOST_CARRIED = 1600
"""Characters of a line, as JSON, that a button carries: Slack takes 2,000 in all
(https://docs.slack.dev/reference/block-kit/block-elements/button-element)."""
LONGEST_LABEL = 48
LONGEST_NAME = 32
"""Characters of an unknown command that are repeated; Slack's own are no longer."""


def suggested(visit: Visit, text: str) -> Reply | None:
    """What a line stands for that is no command: a command, a colleague or the team; None where nothing is certain."""
    if not is_text(text):
        return None
    meanings = visit.repertoire.meanings.of_line(text, visit.commands())
    if _means(visit, "thanks", text):
        return None
    return _did_you_mean(visit, meanings, text) or _look(visit, text) or _team(visit, text)


def small_talk(visit: Visit, text: str) -> Reply | None:
    """A short friendly word for thanks and greetings; None for what is neither."""
    if _means(visit, "thanks", text):
        return Said(visit.say("chrome.suggest.any_time"))
    if _means(visit, "greeting", text) or _means(visit, "desk", text):
        return visit.help()
    return None


def not_understood(visit: Visit) -> Suggestion:
    return Suggestion(visit.say("chrome.not_understood"), (_what_i_can_do(visit),))


def unknown_command(visit: Visit, command: str, line: str) -> Reply:
    """What a command may mean that there is not, with the line that was typed after it."""
    offered = visit.commands()
    meant = visit.repertoire.meanings.of_command(command, line, offered)
    whole = f"{command} {line}".strip(" /／")
    reply = _did_you_mean(visit, meant, line) or suggested(visit, whole)
    if reply:
        return reply
    name = command.strip(" /／")
    shown = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
    return Suggestion(visit.say("chrome.suggest.unknown", command=f"/{shown}"), (_what_i_can_do(visit),))


def _did_you_mean(visit: Visit, meant: tuple[Meaning, ...], text: str) -> Reply | None:
    if not meant:
        return None
    names = [visit.repertoire.names.shown_in(visit.reader.language, each.command) for each in meant]
    shown = [visit.say("chrome.suggest.named", name=name) for name in names]
    if any(len(orjson.dumps(each.line).decode()) > MOST_CARRIED for each in meant):
        return Suggestion(visit.say("chrome.suggest.too_long", commands=shown))
    proposals = [
        Proposal(_label(f"/{name}", each.line), Give(each.command, each.line))
        for name, each in zip(names, meant, strict=True)
    ]
    return Suggestion(visit.say("chrome.suggest.meant", commands=shown), tuple(proposals))


def _label(name: str, line: str) -> str:
    words = " ".join(f"{name} {line}".split())
    return words if len(words) <= LONGEST_LABEL else words[: LONGEST_LABEL - 1].rstrip() + "…"


def _look(visit: Visit, text: str) -> Reply | None:
    """The way to a colleague who is asked about, for those above them."""
    for called, _ in _read(visit, "person", text):
        try:
            found = find_person(visit.db, called, now=visit.now)
        except (NobodyCalled, SeveralCalled):
            continue
        if found.id != visit.person and visit.person not in line_above(visit.db, found.id):
            return Said(visit.say("chrome.suggest.not_yours", person=found))
        label = visit.say("chrome.suggest.look", person=found)
        return Suggestion(visit.say("chrome.suggest.look_at", person=found), (Proposal(label, LookAt(found.id)),))
    return None


def _team(visit: Visit, text: str) -> Reply | None:
    """Who of one's team has not checked in, said at once."""
    if not _means(visit, "team", text):
        return None
    team = reports_of(visit.db, visit.person, visit.now)
    weeks = {row["id"]: iso_week(visit.now.astimezone(ZoneInfo(row["time_zone"])).date()) for row in team}
    done = checked_in(visit.db, visit.person, set(weeks.values()))
    missing = [who(row) for row in team if (row["id"], weeks[row["id"]]) not in done]
    if not team:
        return Said(visit.say("chrome.suggest.no_team"))
    if not missing:
        return Said(visit.say("chrome.suggest.all_checked_in"))
    return Said(visit.say("chrome.suggest.not_checked_in", people=missing, count=len(missing), all=len(team)))


def _means(visit: Visit, what: str, text: str) -> bool:
    return any(_read(visit, what, text))


def _read(visit: Visit, what: str, text: str) -> list[tuple[str, int]]:
    known = visit.repertoire
    return list(readings(phrases_in(known.texts, f"chrome.meant.{what}"), text, known.meanings.days))


def _what_i_can_do(visit: Visit) -> Proposal:
    return Proposal(visit.say("chrome.suggest.help"), Give(HELP))
