"""Plain words: a reply without its buttons, for where words are all that is shown, read aloud or kept of it."""

from bot.replies import Help, Kept, NextQuestion, Refused, Reply, Said, ShowPage, Suggestion

MOST_OPEN = 10


def in_words(reply: Reply) -> str:
    """What a reply says."""
    match reply:
        case Said(text=text) | Refused(text=text) | Kept(text=text):
            return text
        case NextQuestion():
            return question_text(reply)
        case Help():
            return help_text(reply)
        case Suggestion():
            return suggestion_text(reply)
        case ShowPage(page=page):
            return page.title


def question_text(reply: NextQuestion) -> str:
    question = reply.question
    choices = [choice.label for choice in question.choices][:20]
    lines = (reply.problem, question.label, question.help, " · ".join(choices), question.audience)
    return "\n".join(line for line in lines if line)


def suggestion_text(reply: Suggestion) -> str:
    return "\n".join([reply.text, *(f"- {each.label}" for each in reply.proposals)])


def help_text(reply: Help) -> str:
    waits = [f"- {each.title}" for each in reply.confirm]
    waits += ["- " + " · ".join(filter(None, (each.title, each.due_text))) for each in reply.open[:MOST_OPEN]]
    return "\n".join([reply.intro, *([reply.open_title, *waits] if waits else []), *command_lines(reply)])


def command_lines(reply: Help) -> list[str]:
    return [f"{each.usage}: {each.about}" for each in reply.commands]
