"""Looks: a closer look as a modal, in pages where there is more than a window takes.

From the desk a look opens a window, from a window it opens the next one over it (Slack stacks three), and a page
takes the place of the one before.
"""

from collections.abc import Iterable, Iterator, Sequence

import orjson

from bot.desk import Teammate, team_of
from bot.look_words import Item, LookWords, Section, Sheet, mate_line
from bot.looking import Announced, Person, Reached, Subject, Team, carried, paged
from bot.person_desk import person_desk, reach_of
from bot.slack.blocks import pressing
from bot.slack.limits import checked_view
from bot.slack.words import Native, Words, actions, button, heading, lines, listed, plain, run, runs, small, strong
from bot.visit import Visit
from flows.message import Labelled
from storage.json_values import written
from storage.references import Who

LOOK, TURN = "look", "turn"
"""What the buttons do: open a look, and turn to another page of the one they stand in."""
MOST = 12_000
"""Characters of one page: as many as anybody reads in a window, and far from what Slack refuses."""
LEAST = 160
"""What a block costs, however short: so no page has more than 75 of them."""
NAMES = 25
"""People in one block."""


def render(subject: Subject, page: int, visit: Visit, words: Words) -> Native:
    """A page of a look as a modal; raises a refusal where it is not for whoever looks."""
    match subject:
        case Person(id=number):
            sheet = LookWords(visit).person(person_desk(visit, number))
            return _window(sheet, _sections(sheet.sections), subject, page, words)
        case Team():
            sheet = Sheet(words.any("desk.team.title"), "", ())
            team = list(_team(visit, words)) or [[small(words.any("desk.team.nobody"))]]
            return _window(sheet, team, subject, page, words)
        case Announced(series=series):
            return _reach(series, visit, words)
        case Reached(series=series, name=name):
            sheet = LookWords(visit).reached(reach_of(visit, series), name)
            return _window(sheet, list(_names(sheet.sections[0])), subject, page, words)


def looking(subject: Subject, label: str, *, says: str = "") -> Native:
    """A button that opens a look."""
    value = carried(subject)
    return button(label, f"{LOOK}:{':'.join(str(each) for each in value.values())}"[:255], _json(value), says=says)


def _window(sheet: Sheet, groups: Sequence[Sequence[Native]], subject: Subject, page: int, words: Words) -> Native:
    pages = paged(groups, _cost, MOST)
    page = min(page, len(pages) - 1)
    turns = _turns(subject, page, len(pages), words)
    return _modal(sheet.title, [*_head(sheet), *pages[page], *turns], words)


def _modal(title: str, blocks: Sequence[Native], words: Words) -> Native:
    view: Native = {
        "type": "modal",
        "callback_id": LOOK,
        "title": plain(title, 24),
        "close": plain(words("close"), 24),
        "blocks": list(blocks),
    }
    checked_view(view)
    return view


def _head(sheet: Sheet) -> Iterator[Native]:
    if len(sheet.title) > 24:
        yield heading(sheet.title)
    if sheet.about:
        yield small(sheet.about)


def _turns(subject: Subject, page: int, pages: int, words: Words) -> Iterator[Native]:
    """Where in the pages this one is, and the way to those beside it."""
    if pages == 1:
        return
    yield small(words.any("desk.pages.at", {"page": page + 1, "pages": pages}))
    beside = [("before", page - 1)] if page else []
    beside += [("after", page + 1)] if page + 1 < pages else []
    yield actions(
        *(
            button(words.any(f"desk.pages.{name}"), f"{TURN}:{number}", _json(carried(subject, number)))
            for name, number in beside
        )
    )


def _sections(sections: Iterable[Section]) -> list[list[Native]]:
    groups: list[list[Native]] = []
    for section in sections:
        head = [heading(section.title)] if section.title else []
        items = [list(_item(item)) for item in section.items] or [[small(section.nothing)]]
        groups += [[*head, *items[0]], *items[1:]]
    return groups


def _item(item: Item) -> Iterator[Native]:
    """What belongs together: its head, what was said as it was typed, and the small print."""
    yield lines([strong(item.head)])
    for label, text in item.texts:
        yield lines([*([strong(f"{label} ")] if label else []), *runs(text, MOST)])
    if item.notes:
        yield small(" · ".join(item.notes))
    if item.buttons:
        yield pressed(item.buttons, item.head)


def pressed(buttons: Sequence[Labelled], about: str) -> Native:
    """Buttons that start flows about something, which a screen reader names."""
    return actions(
        *(
            pressing(each.flow, written(each.given), each.label, number, says=f"{each.label}: {about}")
            for number, each in enumerate(buttons)
        )
    )


def _names(section: Section) -> Iterator[list[Native]]:
    if not section.items:
        yield [small(section.nothing)]
    for start in range(0, len(section.items), NAMES):
        some = section.items[start : start + NAMES]
        yield [listed([[strong(item.head), run(f"  {' · '.join(item.notes)}")] for item in some])]


def _team(visit: Visit, words: Words) -> Iterator[list[Native]]:
    for mate in team_of(visit):
        blocks = [mate_block(mate_line(mate, words.any, words.reader.language), mate.who, words)]
        if mate.help_wanted:
            asks = words.any("desk.team.help", {"what": mate.help_wanted})
            blocks.append(lines(runs(asks, MOST)))
            blocks += help_blocks(mate, words)
        yield blocks


def mate_block(text: str, mate: Who, words: Words) -> Native:
    """Somebody of the team, with the way to look more closely."""
    says = words.any("desk.team.look", {"name": mate.name(words.reader.language)})
    look = looking(Person(mate.id), words.any("desk.team.closer"), says=says)
    return {"type": "section", "text": plain(text, 300), "accessory": look}


def help_blocks(mate: Teammate, words: Words) -> Iterator[Native]:
    """Who takes a call for help, and the buttons for it."""
    if mate.help.note:
        yield small(mate.help.note)
    if mate.help.buttons:
        yield pressed(mate.help.buttons, mate.who.name(words.reader.language))


def _reach(series: str, visit: Visit, words: Words) -> Native:
    """How far an announcement has come, each list with the way to its people."""
    reach, known = reach_of(visit, series), LookWords(visit)
    given = written({"announcement": series})
    controls = [
        pressing(flow, given, known.control(flow), number, says=f"{known.control(flow)}: {reach.title}")
        for number, flow in enumerate(reach.controls)
    ]
    blocks = [heading(reach.title), *(small(line) for line in known.how_far(reach))]
    blocks += [actions(*controls)] if controls else []
    for name, count, people in reach.lists:
        line: Native = {"type": "section", "text": plain(known.list_title(name, count), 300)}
        if people:
            says = words.any("desk.reach.show_named", {"list": known.list_title(name, count)})
            line["accessory"] = looking(Reached(series, name), words.any("desk.reach.show"), says=says)
        blocks.append(line)
    return _modal(words.any("desk.sent.title"), blocks, words)


def _cost(block: Native) -> int:
    return max(LEAST, sum(len(text) for text in _texts(block)))


def _texts(thing: object) -> Iterator[str]:
    match thing:
        case {"type": "text" | "plain_text", "text": str(text)}:
            yield text
        case dict():
            for each in thing.values():
                yield from _texts(each)
        case list():
            for each in thing:
                yield from _texts(each)
        case _:
            pass


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
