"""Suggestions: what a person may have meant, as one sentence with its buttons."""

from bot.looking import Person
from bot.plain_words import suggestion_text
from bot.replies import Give, LookAt, Proposal, Say, Suggestion
from bot.slack.blocks import calling, message, saying
from bot.slack.looks import looking
from bot.slack.words import Native, actions, rich


def suggestion(reply: Suggestion) -> Native:
    buttons = [actions(*map(proposing, reply.proposals, range(len(reply.proposals))))] if reply.proposals else []
    return message(suggestion_text(reply), [rich(reply.text), *buttons])


def proposing(proposal: Proposal, number: int = 0) -> Native:
    """The button that does what is proposed."""
    match proposal.does:
        case Give(command=command, line=line):
            return calling(command, proposal.label, number, line=line)
        case Say(text=text):
            return saying(text, proposal.label, number)
        case LookAt(person=person):
            return looking(Person(person), proposal.label)
