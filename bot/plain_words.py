"""Plain words: a reply without its buttons, for where words are all that is shown, read aloud or kept of it."""

from bot.replies import Help, Kept, NextQuestion, Refused, Reply, Said, ShowPage

MOST_OPEN = 10


def in_words(reply: Reply, prefix: str = "") -> str:
    """What a reply says; `prefix` is what all our commands begin with there."""
    match reply:
        case Said(text=text) | Refused(text=text) | Kept(text=text):
            return text
        case NextQuestion():
            return question_text(reply)
        case Help():
            return help_text(reply, prefix)
        case ShowPage(page=page):
            return page.title


def question_text(reply: NextQuestion) -> str:
    question = reply.question
    choices = [choice.label for choice in question.choices][:20]
    lines = (reply.problem, question.label, question.help, " · ".join(choices), question.audience)
    return "\n".join(line for line in lines if line)


def help_text(reply: Help, prefix: str = "") -> str:
    waits = [f"- {each.title}" for each in reply.confirm]
    waits += ["- " + " · ".join(filter(None, (each.title, each.due_text))) for each in reply.open[:MOST_OPEN]]
    return "\n".join([reply.intro, *([reply.open_title, *waits] if waits else []), *command_lines(reply, prefix)])


def command_lines(reply: Help, prefix: str = "") -> list[str]:
    return [f"{_spelt(each.usage, prefix)}: {each.about}" for each in reply.commands]


def _spelt(usage: str, prefix: str) -> str:
    """A command's usage as it is typed where all our commands begin with a prefix."""
    return usage.replace("/", f"/{prefix}", 1) if usage.startswith("/") else usage
