"""Blocks: what the bot says in a chat, as messages whose text alone says all that their blocks do.

The text is what a notification shows and a screen reader reads; Slack looks for mentions and links in it, so that it
is escaped. Links are never unfurled.
"""

from collections.abc import Iterable, Iterator, Sequence

import orjson

from bot.plain_words import MOST_OPEN, command_lines, help_text, question_text
from bot.replies import Give, Help, Kept, NextQuestion, Refused, Said, ToConfirm
from bot.slack.limits import checked_message
from bot.slack.places import at_value
from bot.slack.words import (
    Native,
    Words,
    actions,
    button,
    cut,
    escaped,
    followable,
    heading,
    lines,
    plain,
    rich,
    run,
    small,
)
from flows.fields import OneOf, Rating, YesNo
from flows.message import Badge, Labelled, Linked, Message, Notice
from flows.page import At, Page, Question

OPEN, QUICK, PRESS, CALL, DROP, SAY = "open", "quick", "press", "call", "drop", "say"
"""What our buttons do: open a page, answer a question of one, start a flow, give a command, discard what was begun, or
say something as if it had been typed."""
CONFIRMING = 10_000
"""Where the numbers of the buttons begin that confirm an announcement: no two on a desk may be alike."""
MOST_QUICK = 7
LONGEST = 9000
"""Characters of a message; Slack cuts off or refuses what is much longer."""


def message(text: str, blocks: Sequence[Native]) -> Native:
    """The arguments of a message; raises `OverLimit`."""
    made: Native = {
        "text": escaped(cut(text, LONGEST)),
        "blocks": list(blocks)[:50],
        "unfurl_links": False,
        "unfurl_media": False,
    }
    checked_message(made)
    return made


def prompt(page: Page, words: Words, later: Labelled | None = None) -> Native:
    """A page that waits: answered by a button, in a window, or by typing; `later` has it put again another day."""
    first = quick_question(page)
    lines = [page.title, page.intro, *((first.label,) if first else ()), page.due_text, page.audience]
    blocks = [heading(page.title)]
    if page.intro:
        blocks.append(rich(page.intro))
    if first:
        blocks += [{"type": "section", "text": plain(first.label)}, quick(page.at, first)]
    below = [opening(page.at, words("answer"), main=True, says=words("answer_named", title=page.title))]
    below += [pressing(later.flow, later.given, later.label)] if later else []
    blocks.append(actions(*below))
    blocks.append(small(page.due_text, page.audience, words("type_it")))
    return message("\n".join(line for line in lines if line), blocks)


def over(title: str, state: str, words: Words, edit: At | None = None) -> Native:
    """What a prompt becomes once its page is answered, closed or not asked any more."""
    blocks = [rich(title, bold=True), small(state)]
    if edit:
        blocks.append(actions(opening(edit, words("edit"), says=words("edit_named", title=title))))
    return message(f"{title}\n{state}", blocks)


def told(said: Message) -> Native:
    """A message of a flow, with the links and buttons below it."""
    blocks = [lines(chips(said.badges))] if said.badges else []
    blocks += [*(notice(said.notice) if said.notice else [rich(said.text, LONGEST)]), *linked(said.links)]
    if said.buttons:
        blocks.append(actions(*(pressing(each.flow, each.given, each.label, n) for n, each in enumerate(said.buttons))))
    return message(said.text, blocks)


def chips(badges: Sequence[Badge]) -> list[Native]:
    """Badges: Slack draws a frame around what is styled as code, and there is no other for a word."""
    framed = [{**run(each.label), "style": {"bold": True, "code": True}} for each in badges]
    return [piece for each in framed for piece in (run(" "), each)][1:]


def notice(said: Notice) -> Iterator[Native]:
    """An announcement; addresses in its text can be followed, everything else is shown as it was typed."""
    if said.lead:
        yield rich(said.lead)
    yield rich(said.headline, bold=True)
    yield small(said.sender)
    yield followable(said.body, LONGEST)
    for note in said.notes:
        yield small(note)


def linked(links: Sequence[Linked]) -> Iterable[Native]:
    """Links on a line of their own. They are no buttons: pressing one of those would tell us of it."""
    parts: list[Native] = []
    for each in links:
        parts += [{"type": "text", "text": " · "}] if parts else []
        parts.append({"type": "link", "url": each.href, "text": each.label})
    if parts:
        yield {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}


def said(reply: Said | Refused | Kept, words: Words) -> Native:
    match reply:
        case Said(text=text, at=at):
            again = [actions(opening(at, words("edit")))] if at else []
            return message(text, [rich(text, LONGEST), *again])
        case Refused(text=text) | Kept(text=text):
            return message(text, [rich(text, LONGEST)])


def next_question(reply: NextQuestion, words: Words) -> Native:
    """One question of a page, for whoever answers by typing; its choices are buttons."""
    question, at = reply.question, reply.page.at
    blocks = [rich(reply.problem, bold=True)] if reply.problem else []
    blocks.append(rich(question.label, bold=True))
    if question.help or question.audience:
        blocks.append(small(question.help, question.audience))
    if is_quick(question):
        blocks.append(quick(at, question))
    blocks.append(actions(opening(at, words("answer"), says=words("answer_named", title=reply.page.title))))
    return message(question_text(reply), blocks)


def help_for(reply: Help, words: Words) -> Native:
    """What the bot can do, and what is open."""
    blocks = [rich(reply.intro)]
    if reply.open or reply.confirm:
        blocks.append(rich(reply.open_title, bold=True))
    blocks += [block for number, each in enumerate(reply.confirm) for block in confirming(each, number)]
    for each in reply.open[:MOST_OPEN]:
        blocks += waiting(each.at, each.title, each.due_text, words)
    if reply.commands:
        blocks.append(rich("\n".join(command_lines(reply))))
        blocks.append(small(words("by_name")))
    if reply.more and isinstance(reply.more.does, Give):
        blocks.append(actions(calling(reply.more.does.command, reply.more.label, line=reply.more.does.line)))
    return message(help_text(reply), blocks)


def waiting(at: At, title: str, due: str, words: Words, *, can_discard: bool = False) -> Iterable[Native]:
    """One thing that waits, with the button that opens it, and the one that discards what can be."""
    answer = opening(at, words("answer"), says=words("answer_named", title=title))
    if can_discard:
        yield {"type": "section", "text": plain(title)}
        yield actions(answer, dropping(at, title, words))
    else:
        yield {"type": "section", "text": plain(title), "accessory": answer}
    if due:
        yield small(due)


def confirming(each: ToConfirm, number: int) -> Iterable[Native]:
    """An announcement that waits to be confirmed."""
    button, says = each.button, f"{each.button.label}: {each.title}"
    press = pressing(button.flow, button.given, button.label, CONFIRMING + number, says=says)
    yield {"type": "section", "text": plain(each.title), "accessory": press}


def quick_question(page: Page) -> Question | None:
    """The first question, if it can be answered by one press."""
    first = page.questions[0] if page.questions else None
    return first if first and is_quick(first) else None


def is_quick(question: Question) -> bool:
    return isinstance(question.kind, Rating | YesNo | OneOf) and 0 < len(question.choices) <= MOST_QUICK


def quick(at: At, question: Question) -> Native:
    """The choices of a question, each a button."""
    return actions(
        *(
            button(choice.label, f"{QUICK}:{n}", at_value(at, q=question.key, v=choice.key))
            for n, choice in enumerate(question.choices)
        )
    )


def opening(at: At, label: str, *, main: bool = False, says: str = "") -> Native:
    """A button that opens a page."""
    return button(label, f"{OPEN}:{at.conversation}:{cut(at.key, 100)}", at_value(at), main=main, says=says)


def dropping(at: At, title: str, words: Words) -> Native:
    """A button that discards what was begun by this page."""
    says = words.any("desk.waiting.discard_named", {"title": title})
    return button(words.any("desk.waiting.discard"), f"{DROP}:{at.conversation}", at_value(at), says=says)


def pressing(flow: str, given: object, label: str, number: int = 0, *, says: str = "") -> Native:
    """A button that starts a flow; what is given is written as in a message."""
    return button(label, f"{PRESS}:{number}", orjson.dumps({"f": flow, "g": given}).decode(), says=says)


def calling(command: str, label: str, number: int = 0, *, main: bool = False, line: str = "") -> Native:
    """A button that gives a command, with the line that stands after it."""
    carried = {"command": command, "line": line} if line else {"command": command}
    return button(label, f"{CALL}:{number}", orjson.dumps(carried).decode(), main=main)


def saying(text: str, label: str, number: int = 0) -> Native:
    """A button that says something to the bot."""
    return button(label, f"{SAY}:{number}", orjson.dumps({"text": text}).decode())
