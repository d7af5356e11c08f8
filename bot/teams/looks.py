"""Looks: a closer look as a card in place of the one it was opened from, in pages where one card would be too large."""

from collections.abc import Iterable, Iterator, Sequence

from bot.desk import Teammate, team_of
from bot.look_words import Item, LookWords, Section, Sheet, mate_line
from bot.looking import Announced, Person, Reached, Subject, Team, carried, paged
from bot.person_desk import ReachOf, person_desk, reach_of
from bot.teams.elements import Element, Voice, button, button_rows, card, heading, minted, note, short, words
from bot.teams.limits import require_fit, size_of
from bot.teams.messages import DESK, LOOK, PRESS, Outgoing, press_buttons
from bot.visit import Visit
from storage.references import Who

MOST = 24_000
"""Bytes of the elements of one page, which leaves room for its head and buttons in the 28 KB a card is good for."""
ROWS = 12
"""People of a team on one page, each with a button."""


def render(subject: Subject, page: int, visit: Visit, voice: Voice) -> Outgoing:
    """A page of a look; raises a refusal where it is not for whoever looks."""
    known = LookWords(visit)
    match subject:
        case Person(id=number):
            sheet = known.person(person_desk(visit, number))
            return _shown(sheet, _sections(sheet.sections), subject, page, voice)
        case Team():
            team = _team(visit, voice) or [note(voice.tell("desk.team.nobody"))]
            return _shown(Sheet(voice.tell("desk.team.title"), "", ()), team, subject, page, voice)
        case Announced(series=series):
            reach = reach_of(visit, series)
            lists = [(name, known.list_title(name, count), bool(people)) for name, count, people in reach.lists]
            groups = [_controls(reach, known), _lists(series, lists, voice)]
            return _shown(Sheet(reach.title, "", ()), groups, subject, page, voice)
        case Reached(series=series, name=name):
            sheet = known.reached(reach_of(visit, series), name)
            return _shown(sheet, _sections(sheet.sections), subject, page, voice)


def look_button(title: str, subject: Subject, page: int = 0, *, says: str = "") -> Element:
    """A button that opens a look, or turns to another page of it."""
    return button(title, LOOK, {**carried(subject, page), "event": minted()}, says=says)


def name_buttons(people: Iterable[Who], voice: Voice) -> list[Element]:
    """The way to look at each of some people more closely, by name."""
    named = [(each.id, each.name(voice.reader.language)) for each in people]
    buttons = [
        look_button(name, Person(number), says=voice.tell("desk.team.look", {"name": name})) for number, name in named
    ]
    return [*note(voice.tell("desk.team.names")), *button_rows(buttons)]


def _shown(sheet: Sheet, groups: Sequence[Sequence[Element]], subject: Subject, page: int, voice: Voice) -> Outgoing:
    pages = paged(groups, size_of, MOST)
    page = min(page, len(pages) - 1)
    head = [heading(sheet.title), *(note(sheet.about) if sheet.about else [])]
    made = card(
        [*head, *pages[page], *_where(page, len(pages), voice)],
        [*_turns(subject, page, len(pages), voice), _back(subject, voice)],
        voice.reader.language,
        sheet.title,
    )
    require_fit(made)
    return Outgoing(short(sheet.title), made)


def _where(page: int, pages: int, voice: Voice) -> list[Element]:
    return note(voice.tell("desk.pages.at", {"page": page + 1, "pages": pages})) if pages > 1 else []


def _turns(subject: Subject, page: int, pages: int, voice: Voice) -> Iterator[Element]:
    if page:
        yield look_button(voice.tell("desk.pages.before"), subject, page - 1)
    if page + 1 < pages:
        yield look_button(voice.tell("desk.pages.after"), subject, page + 1)


def _back(subject: Subject, voice: Voice) -> Element:
    """To where this was opened from: the announcement of a list, or else the desk."""
    match subject:
        case Reached(series=series):
            return look_button(voice.say("back"), Announced(series))
        case _:
            return button(voice.say("back_to_desk"), DESK, {"event": minted()})


def _sections(sections: Iterable[Section]) -> list[list[Element]]:
    groups: list[list[Element]] = []
    for section in sections:
        head = words(section.title, weight="bolder", spacing="large") if section.title else []
        items = [_item(item) for item in section.items] or [note(section.nothing)]
        groups += [[*head, *items[0]], *items[1:]]
    return groups


def _item(item: Item) -> list[Element]:
    """What belongs together: its head, what was said as it was typed, and the small print."""
    made = words(item.head, weight="bolder") if item.texts else words(item.head)
    for label, text in item.texts:
        made += words(f"{label} {text}" if label else text, spacing="small")
    made += note(" · ".join(item.notes)) if item.notes else []
    return made + button_rows(press_buttons(item.buttons))


def _controls(reach: ReachOf, known: LookWords) -> list[Element]:
    """How far an announcement is, and what can be done about it."""
    buttons = [
        button(known.control(flow), PRESS, {"flow": flow, "given": {"announcement": reach.series}, "event": minted()})
        for flow in reach.controls
    ]
    return [*(line for said in known.how_far(reach) for line in note(said)), *button_rows(buttons)]


def _lists(series: str, lists: Iterable[tuple[str, str, bool]], voice: Voice) -> list[Element]:
    """The lists of an announcement, those with somebody in them as buttons."""
    made: list[Element] = []
    for name, title, is_open in lists:
        made += button_rows([look_button(title, Reached(series, name))]) if is_open else note(title)
    return made


def help_lines(mate: Teammate, voice: Voice) -> list[Element]:
    """What a report wants help with, who takes it, and the buttons for it."""
    if not mate.help_wanted:
        return []
    lines = note(voice.tell("desk.team.help", {"what": mate.help_wanted}))
    lines += note(mate.help.note) if mate.help.note else []
    return lines + button_rows(press_buttons(mate.help.buttons))


def _team(visit: Visit, voice: Voice) -> list[list[Element]]:
    """The team in rows that fit a page, each with its people's buttons below."""
    team = team_of(visit)
    groups: list[list[Element]] = []
    for start in range(0, len(team), ROWS):
        some = team[start : start + ROWS]
        made: list[Element] = []
        for mate in some:
            made += words(mate_line(mate, voice.tell, voice.reader.language))
            made += help_lines(mate, voice)
        groups.append(made + name_buttons([mate.who for mate in some], voice))
    return groups
