"""Messages: every line of a chat as HTML, and the buttons that go with it.

What people and flows say is put in as text, so that markup of any kind is shown as it was typed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from htpy import Element, Fragment, Renderable, dd, div, dl, dt, fragment, li, p, span, strong, time, ul
from sqlalchemy import RowMapping

from bot.page_state import Card, CardState
from bot.told import sums_up
from bot.web.buttons import action, calling, leading, looking, opening, pressing
from bot.web.faces import bookmark, bot_face, face
from bot.web.voice import Voice, shown
from flows.addresses import with_addresses
from flows.catalog import MissingText, MissingValue, written_out
from flows.message import Badge, Digest, Entry, Linked, Message, Notice
from flows.page import At
from storage.chat import PUBLIC, LineKind
from storage.references import Who

CardLookup = Callable[[int, str], Card | str]
"""The card of a page, or what it was called where there is none any more."""
PersonLookup = Callable[[int], Who]
Told = Callable[[RowMapping], Message]
"""A message of a flow as it has to read now; raises `MissingText` or `MissingValue`."""


def render(
    row: RowMapping, voice: Voice, card: CardLookup, person: PersonLookup, told: Told, shortcuts: tuple[str, ...]
) -> Element:
    """A line of the chat."""
    kind = LineKind(row["kind"])
    author = person(row["person_id"]) if row["mine"] or kind in PUBLIC else None
    local = row["at"].astimezone(voice.reader.zone)
    about = row["body"].get("about")
    is_told = kind == LineKind.tell
    reads = about and is_told and ":" not in about
    return li(
        id=f"line-{row['id']}",
        class_=["line", kind, {"own": row["mine"]}],
        data_id=str(row["id"]),
        data_room="everyone" if kind in PUBLIC else "bot",
        data_day=written_out(local.date(), voice.language),
        **({"data-read": voice.path("read")} if reads else {}),
    )[
        face(author, voice.language) if author else bot_face(),
        div(".said")[
            p(".by")[
                span(".name")[author.name(voice.language) if author else voice.say("bot")],
                kind == LineKind.channel and span(".tag")[voice.say("line.by_bot")],
                time(datetime=row["at"].isoformat(), title=written_out(row["at"], voice.language, voice.reader.zone))[
                    f"{local:%H:%M}"
                ],
            ],
            _body(kind, row, voice, card, told),
        ],
        _menu(kind, row, voice, shortcuts),
    ]


def unshown(row: RowMapping, voice: Voice) -> Element:
    """What stands in the place of a line that cannot be composed."""
    kind = LineKind(row["kind"])
    day = written_out(row["at"].astimezone(voice.reader.zone).date(), voice.language)
    place = "everyone" if kind in PUBLIC else "bot"
    more = {"data_id": str(row["id"]), "data_room": place, "data_day": day}
    return li(id=f"line-{row['id']}", class_=["line", kind], **more)[
        bot_face(), div(".said")[_text(voice.say("line.outdated"))]
    ]


def render_card(card: Card | str, voice: Voice, conversation: int, key: str) -> Element:
    """The state of a page in the chat; the script asks for it anew while it may still change."""
    if isinstance(card, str):
        return div(".card.closed")[card and p(".title")[card], p(".state")[voice.say("card.gone")]]
    live = card.state in (CardState.open, CardState.editable)
    known = (
        {"data-card": voice.path("card") + "?" + urlencode({"conversation": conversation, "key": key})} if live else {}
    )
    main = "main" if card.state == CardState.open else "quiet"
    words, state = _worded(card, voice)
    return div(class_=["card", card.state], **known)[
        p(".title")[card.title],
        card.intro and card.state == CardState.open and p(".intro", dir="auto")[card.intro],
        state and p(".state")[state],
        words and div(".actions")[opening(voice, card.at, words, class_=main), _put_off(card, voice)],
    ]


def _put_off(card: Card, voice: Voice) -> Element | None:
    later = card.put_off
    return pressing(voice, later.flow, later.given, later.label) if later else None


def _worded(card: Card, voice: Voice) -> tuple[str, str]:
    """What the card's button says, if it has one, and the line about its state."""
    match card.state:
        case CardState.open:
            return voice.say("card.go_on" if card.started else "card.answer"), card.due_text
        case CardState.editable:
            state = _sent_at(card, voice)
            return (
                (voice.say("card.go_on"), f"{state} {voice.say('card.unsent')}")
                if card.started
                else (
                    voice.say("card.edit"),
                    state,
                )
            )
        case CardState.answered:
            return "", _sent_at(card, voice)
        case CardState.closed:
            return "", voice.say("card.closed")


def _sent_at(card: Card, voice: Voice) -> str:
    return voice.say("card.left_empty" if card.left_empty else "card.answered", at=card.answered_at)


def text_of(row: RowMapping, voice: Voice, told: Told) -> str:
    """The words of a line, for whoever keeps them as evidence."""
    body = row["body"]
    return _now(row, voice, told).text if "flow" in body else str(body.get("text", ""))


def render_told(row: RowMapping, voice: Voice, told: Told) -> Element:
    """A message of a flow; the script asks anew for one that is about something, because that may change."""
    said = _now(row, voice, told)
    live = {"data-card": voice.path("told") + "?" + urlencode({"line": row["id"]})} if row["body"].get("about") else {}
    under = [*map(leading, said.links), *(pressing(voice, each.flow, each.given, each.label) for each in said.buttons)]
    shown = notice(said.notice) if said.notice else digest(said.digest, voice) if said.digest else _text(said.text)
    return div(".told", **live)[badges(said.badges), shown, bool(under) and div(".actions")[under]]


def badges(several: Sequence[Badge]) -> Element | None:
    """Badges as the desk has them, in front of what they are about."""
    return p(".badges")[((" ", span(f".badge.{each.kind}")[each.label]) for each in several)] if several else None


def digest(said: Digest, voice: Voice) -> Fragment:
    """A manager's digest: a list with an entry for each person."""
    return fragment[
        _text(said.lead),
        ul(".digest")[(_entry(each, voice) for each in said.entries)],
        (p(".note")[each] for each in said.notes),
    ]


def _entry(entry: Entry, voice: Voice) -> Element:
    more = {"class_": "quiet small"}
    return li[
        div(".row")[
            strong(".name")[entry.name], entry.mood is not None and span(f".mood.mood-{entry.mood}")[entry.mood_text]
        ],
        (p(".answer", dir="auto")[span(".stance")[label], " ", text] for label, text in entry.said),
        entry.note and p(".note")[entry.note],
        div(".actions")[
            looking(voice, f"person/{entry.who.id}", entry.look, aria_label=entry.look_named),
            (
                pressing(voice, each.flow, each.given, each.label, aria_label=f"{each.label}: {entry.name}", **more)
                for each in entry.buttons
            ),
        ],
    ]


def notice(said: Notice) -> Fragment:
    """An announcement; addresses in its text lead out of the room, everything else is shown as it was typed."""
    return fragment[
        said.lead and p(".notice-note")[said.lead],
        p(".headline", dir="auto")[said.headline],
        p(".notice-note", dir="auto")[said.sender],
        p(".text", dir="auto")[
            (
                leading(Linked(piece, piece), class_=None) if is_address else piece
                for piece, is_address in with_addresses(said.body)
            )
        ],
        (p(".notice-note")[each] for each in said.notes),
    ]


def _body(kind: LineKind, row: RowMapping, voice: Voice, card: CardLookup, told: Told) -> Renderable:
    body: Mapping[str, Any] = row["body"]
    match kind:
        case LineKind.typed | LineKind.post:
            return _text(shown(body["text"]))
        case LineKind.said:
            edit = At(row["conversation_id"], row["key"]) if row["conversation_id"] else None
            again = div(".actions")[opening(voice, edit, voice.say("card.edit"))] if edit else None
            return fragment[_text(body["text"]), again]
        case LineKind.refused:
            return div(".refusal")[_text(body["text"])]
        case LineKind.help:
            return _help(body, voice)
        case LineKind.question:
            return _question(row, body, voice)
        case LineKind.ask:
            return render_card(card(row["conversation_id"], row["key"]), voice, row["conversation_id"], row["key"])
        case LineKind.tell | LineKind.channel:
            return render_told(row, voice, told)


def _text(words: str) -> Element:
    return p(".text", dir="auto")[words]


def _now(row: RowMapping, voice: Voice, told: Told) -> Message:
    try:
        return told(row)
    except (MissingText, MissingValue):
        return Message(voice.say("line.outdated"), ())


def _help(body: Mapping[str, Any], voice: Voice) -> Renderable:
    return fragment[
        _text(body["intro"]),
        bool(body.get("open") or body.get("confirm"))
        and div(".open")[
            p(".title")[body["open_title"]],
            (
                div(".actions")[
                    pressing(voice, each["flow"], each["given"], each["label"], aria_label=each["title"]), each["title"]
                ]
                for each in body.get("confirm", ())
            ),
            (
                div(".actions")[opening(voice, At(each["conversation"], each["key"]), each["title"]), each["due"]]
                for each in body["open"]
            ),
        ],
        bool(body.get("commands"))
        and dl(".commands")[
            (
                div[dt[calling(voice, each["name"], each["usage"], class_="command")], dd[each["about"]]]
                for each in body["commands"]
            )
        ],
        bool(body.get("proposals")) and div(".actions")[(_proposed(each, voice) for each in body["proposals"])],
    ]


def _proposed(proposal: Mapping[str, Any], voice: Voice) -> Element:
    """The button that does what is proposed."""
    if "person" in proposal:
        return looking(voice, f"person/{proposal['person']}", proposal["label"], class_="quiet")
    if "text" in proposal:
        return action(voice, "say", proposal["label"], {"text": proposal["text"]})
    return calling(voice, proposal["command"], proposal["label"], proposal["line"])


def _question(row: RowMapping, body: Mapping[str, Any], voice: Voice) -> Renderable:
    at = At(row["conversation_id"], row["key"])
    return fragment[
        body["problem"] and div(".refusal")[_text(body["problem"])],
        p(".title", dir="auto")[body["label"]],
        body["help"] and p(".help")[body["help"]],
        body["audience"] and p(".audience")[body["audience"]],
        div(".actions.choices")[
            (action(voice, "say", each, {"text": each}) for each in body["choices"]),
            opening(voice, at, voice.say("line.as_form"), class_="link"),
        ],
    ]


def _menu(kind: LineKind, row: RowMapping, voice: Voice, shortcuts: tuple[str, ...]) -> Renderable | None:
    """What can be done with a message: a flow that takes one, such as keeping it as evidence."""
    if kind not in (LineKind.typed, LineKind.tell, *PUBLIC) or not shortcuts or sums_up(row["body"]):
        return None

    def words(flow: str) -> str:
        try:
            return voice.tell(f"{flow}.shortcut")
        except MissingText:
            return voice.tell(f"{flow}.title")

    line = {"line": str(row["id"])}
    return div(".menu")[
        (
            action(voice, "keep", [bookmark(), span[words(flow)]], {**line, "flow": flow}, class_="small")
            for flow in shortcuts
        )
    ]
