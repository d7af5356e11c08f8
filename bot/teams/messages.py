"""Messages: every reply, told text and finished page as what is sent to a chat, a plain text or a card.

A text goes out as `plain`, so that markup and mentions in it are shown as they were typed. Buttons carry what they
do (`verb`) and what it is about; a button on a told message also says which message that was, so that a form opened
by it stands below the words it answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.looking import Person, carried
from bot.page_state import Card, CardState
from bot.plain_words import suggestion_text
from bot.replies import (
    Give,
    Help,
    Kept,
    LookAt,
    NextQuestion,
    Proposal,
    Refused,
    Reply,
    Said,
    Say,
    ShowPage,
    Suggestion,
    ToConfirm,
)
from bot.teams import cards
from bot.teams.elements import (
    Element,
    Voice,
    button,
    button_rows,
    card,
    followable,
    heading,
    minted,
    note,
    problem,
    run,
    short,
    words,
)
from bot.teams.inputs import Called
from bot.teams.limits import LARGEST, LONGEST_MESSAGE, MOST_ACTIONS, TooLarge, require_fit, size_of
from bot.typing_answers import next_question
from flows.message import Badge, Labelled, Linked, Message, Notice
from flows.page import At

PRESS, CALL, SAY, DESK, LOOK, BACK = "press", "call", "say", "desk", "look", "back"
"""What our buttons do: start a flow, give a command, answer, show the desk or a closer look, go back from that to the
message it was opened from."""
TOLD = "told"
"""What a button below a told message calls that message."""
COLOURS = {"win": "good", "praise": "accent", "miss": "attention", "coaching": "warning"}
SAFE = "https://"
CARD_TYPE = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True)
class Outgoing:
    """What goes to a chat: a card, or a plain text where there is none."""

    text: str
    """Without a card the message, with one what a notification says."""
    card: Element | None = None
    at: At | None = None
    """The page the card is for."""
    reply: Reply | None = None
    """The answer it is, for when it has to be said later."""

    def activity(self) -> dict[str, Any]:
        """The message as Teams takes it."""
        if self.card is None:
            return {"type": "message", "text": self.text, "textFormat": "plain"}
        attachment = {"contentType": CARD_TYPE, "content": self.card}
        return {"type": "message", "summary": self.text, "attachments": [attachment]}


def spoken(text: str) -> Outgoing:
    """A plain text; one that is longer than anybody reads in a chat ends in dots."""
    return Outgoing(text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…")


def replied(reply: Reply, voice: Voice, called: Called = str, head: Sequence[Element] = (), **more: Any) -> Outgoing:
    """What the bot answers. `head` is what the answer stands below, `more` goes with every button."""
    return replace(_made(reply, voice, called, head, more), reply=reply)


def _made(reply: Reply, voice: Voice, called: Called, head: Sequence[Element], more: Mapping[str, Any]) -> Outgoing:
    match reply:
        case ShowPage(page=page):
            try:
                made = cards.render(page, voice, called, head, **more)
            except TooLarge:
                return _one_at_a_time(reply, voice, head, more)
            return Outgoing(voice.say("summary.ask", title=page.title), made, page.at)
        case NextQuestion():
            return _question(reply, voice, head, more)
        case Said(text=text, at=at):
            again = [cards.open_button(voice.say("edit"), at, event=minted(), **more)] if at else []
            return _carded(text, head, again, voice)
        case Refused(text=text) | Kept(text=text):
            return _carded(text, head, [], voice)
        case Help():
            return _help(reply, voice, head)
        case Suggestion(text=text, proposals=proposals):
            offered = _carded(text, head, [proposing(each) for each in proposals], voice)
            return replace(offered, text=short(suggestion_text(reply))) if offered.card else offered


def told(message: Message, voice: Voice, **more: Any) -> Outgoing:
    """A message of a flow, with its links and buttons; Teams opens no address without TLS, so such a one is shown."""
    safe, bare = told_apart(message.links)
    if message.notice:
        made = card(notice(message.notice), press_buttons(message.buttons, **more), voice.reader.language, message.text)
        require_fit(made)
        return Outgoing(short(message.text), made)
    text = "\n".join([message.text, *bare])
    actions = [*open_urls(safe), *press_buttons(message.buttons, **more)]
    if message.badges:
        made = card([*chips(message.badges), *words(text, spacing="small")], actions, voice.reader.language, text)
        require_fit(made)
        return Outgoing(short(text), made)
    return _carded(text, (), actions, voice)


def chips(badges: Sequence[Badge]) -> list[Element]:
    """Badges: words that stand out. Cards have an element for them only from version 1.6 on."""
    runs = [run(each.label, weight="bolder", size="small", color=COLOURS.get(each.kind, "default")) for each in badges]
    between = [piece for each in runs for piece in (run(" · ", size="small", isSubtle=True), each)]
    return [{"type": "RichTextBlock", "inlines": between[1:]}] if badges else []


def notice(said: Notice) -> list[Element]:
    """An announcement; addresses in its text can be followed, everything else is shown as it was typed."""
    return [
        *words(said.lead),
        *words(said.headline, weight="bolder", size="medium"),
        *note(said.sender),
        *followable(said.body, SAFE),
        *(line for each in said.notes for line in note(each)),
    ]


def confirming(each: ToConfirm) -> list[Element]:
    """An announcement that waits to be confirmed, with its button."""
    data = {"flow": each.button.flow, "given": dict(each.button.given), "event": minted()}
    says = f"{each.button.label}: {each.title}"
    return [*words(each.title), *button_rows([button(each.button.label, PRESS, data, says=says)])]


def told_apart(links: Sequence[Linked]) -> tuple[list[Linked], list[str]]:
    """The links that Teams opens, and the others as lines to be copied."""
    safe = [link for link in links if link.href.startswith(SAFE)]
    return safe, [f"{link.label}: {link.href}" for link in links if link not in safe]


def open_urls(links: Sequence[Linked]) -> list[Element]:
    """A button for each link, which a client opens by itself."""
    return [{"type": "Action.OpenUrl", "title": short(each.label), "url": each.href} for each in links]


def told_above(message: Message) -> list[Element]:
    """The words of a message, for a form that was opened by its button."""
    return notice(message.notice) if message.notice else [*chips(message.badges), *words(message.text)]


def press_buttons(buttons: Sequence[Labelled], **more: Any) -> list[Element]:
    return [
        button(each.label, PRESS, {"flow": each.flow, "given": dict(each.given), "event": minted(), **more})
        for each in buttons
    ]


def with_buttons(out: Outgoing, more: Sequence[Element]) -> Outgoing:
    """The same message with further buttons at its end, as far as its card can hold them."""
    if out.card is None:
        return out
    actions = [*out.card.get("actions", ()), *more]
    made = {**out.card, "actions": actions}
    return replace(out, card=made) if len(actions) <= MOST_ACTIONS and size_of(made) <= LARGEST else out


def stands(state: Card | None, voice: Voice, **more: Any) -> Element:
    """A page that was put to somebody, when there is nothing to fill in any more."""
    if state is None:
        return card(note(voice.say("gone")), [], voice.reader.language, voice.say("gone"))
    body, words_on_button = _state(state, voice)
    again = [cards.open_button(words_on_button, state.at, event=minted(), **more)] if words_on_button else []
    again += press_buttons([state.put_off]) if state.put_off else []
    return card([heading(state.title), *body], again, voice.reader.language, state.title)


def _state(state: Card, voice: Voice) -> tuple[list[Element], str]:
    """The lines about how a page stands, and what its button says if it has one."""
    match state.state:
        case CardState.open:
            due = note(state.due_text) if state.due_text else []
            return [*words(state.intro), *due], voice.say("go_on" if state.started else "answer")
        case CardState.editable:
            return note(_sent_at(state, voice)), voice.say("edit")
        case CardState.answered:
            return note(_sent_at(state, voice)), ""
        case CardState.closed:
            return note(voice.say("closed")), ""


def _sent_at(state: Card, voice: Voice) -> str:
    return voice.say("left_empty" if state.left_empty else "answered", at=state.answered_at)


def _carded(text: str, head: Sequence[Element], actions: Sequence[Element], voice: Voice) -> Outgoing:
    """A text with what can be done about it; where there is nothing, and nothing above it, just the text."""
    if not head and not actions:
        return spoken(text)
    made = card([*head, *words(text, spacing="large" if head else "default")], actions, voice.reader.language, text)
    require_fit(made)
    return Outgoing(short(text), made)


def _one_at_a_time(reply: ShowPage, voice: Voice, head: Sequence[Element], more: Mapping[str, Any]) -> Outgoing:
    """The first open question of a page that no card can hold; typing answers it, and the next one follows."""
    page = reply.page
    wrong = next((each for each in page.questions if each.error), None)
    question = wrong or next_question(page, {}) or page.questions[0]
    return _question(NextQuestion(page, question, wrong.error if wrong else voice.say("too_large")), voice, head, more)


def _question(asked: NextQuestion, voice: Voice, head: Sequence[Element], more: Mapping[str, Any]) -> Outgoing:
    question = asked.question
    body = [*head, *(problem(asked.problem) if asked.problem else []), *words(question.label, weight="bolder")]
    for text in (question.help, question.audience):
        body += note(text) if text else []
    choices = [
        button(choice.label, SAY, {"text": choice.label, "event": minted(), **more}) for choice in question.choices
    ]
    body += button_rows(choices)
    if not choices:
        body += note(voice.say("by_typing"))
    made = card(body, [], asked.page.language, question.label)
    require_fit(made)
    return Outgoing(short(question.label), made)


def proposing(proposal: Proposal) -> Element:
    """The button that does what is proposed."""
    match proposal.does:
        case Give(command=command, line=line):
            return button(proposal.label, CALL, {"command": command, "line": line, "event": minted()})
        case Say(text=text):
            return button(proposal.label, SAY, {"text": text, "event": minted()})
        case LookAt(person=person):
            return button(proposal.label, LOOK, {**carried(Person(person)), "event": minted()})


def _help(asked: Help, voice: Voice, head: Sequence[Element]) -> Outgoing:
    body = [*head, *words(asked.intro)]
    if asked.open or asked.confirm:
        body += words(asked.open_title, weight="bolder")
        body += [line for each in asked.confirm for line in confirming(each)]
        for waiting in asked.open:
            body += [*words(waiting.title), *(note(waiting.due_text) if waiting.due_text else [])]
            body += button_rows([cards.open_button(voice.say("answer"), waiting.at, event=minted())])
    body += words(voice.say("commands"), weight="bolder", spacing="large")
    for each in asked.commands:
        body += [*words(each.usage, color="accent"), *note(each.about)]
    calls = [button(f"/{each.shown}", CALL, {"command": each.name, "event": minted()}) for each in asked.commands]
    body += button_rows([*calls, *([proposing(asked.more)] if asked.more else [])])
    made = card(body, [], voice.reader.language, asked.intro)
    require_fit(made)
    return Outgoing(asked.intro, made)
