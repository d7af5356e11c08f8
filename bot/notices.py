"""Notices: an announcement as one person reads it by now, with its sender, its marks, and the button to confirm it."""

from collections.abc import Iterator

from sqlalchemy import Connection, RowMapping

from bot.replies import ToConfirm
from flows.catalog import Catalog
from flows.message import Labelled, Message, Notice
from flows.page import Reader
from storage.confirmations import confirmation, got_at, to_confirm
from storage.directory import department_of, person_row, who
from storage.json_values import written
from storage.reach import author_of
from storage.references import Bilingual

CONFIRM, CONFIRM_TRIAL = "acknowledge", "confirm_trial"


def title_of(row: RowMapping) -> Bilingual:
    """The headline of a version of an announcement."""
    return Bilingual.of(row["language"], row["title"], row["title_other"])


def notice_for(
    db: Connection, texts: Catalog, reader: Reader, newest: RowMapping, person: int, lead: str = ""
) -> Message:
    """What an announcement says to a person who has it or is about to get it."""
    language = reader.language
    body = Bilingual.of(newest["language"], newest["body"], newest["body_other"])
    notes, asks = _marks(db, texts, reader, newest, person)
    notice = Notice(
        headline=title_of(newest).name(language),
        sender=sender_line(db, texts, language, author_of(db, newest)),
        body=body.name(language),
        lead=lead,
        notes=notes,
    )
    return Message(notice.text, (confirm_button(texts, language, newest),) if asks else (), notice=notice)


def trial_for(db: Connection, texts: Catalog, reader: Reader, author: int, values: dict[str, str]) -> Message:
    """What readers of a language will see, for its author alone; its button confirms nothing."""
    language, asks = values["language"], bool(values["acknowledge"])
    notice = Notice(
        headline=values["title"],
        sender=sender_line(db, texts, language, author),
        body=values["body"],
        notes=(texts.say(language, "told.notice.confirm"),) if asks else (),
    )
    button = Labelled(texts.say(language, f"{CONFIRM}.title"), CONFIRM_TRIAL, {})
    return Message(notice.text, (button,) if asks else (), notice=notice)


def confirm_button(texts: Catalog, language: str, newest: RowMapping) -> Labelled:
    """It names the version that is read, because that is what is confirmed."""
    given = written({"announcement": newest["series"], "version": newest["version"]})
    return Labelled(texts.say(language, f"{CONFIRM}.title"), CONFIRM, given)


def confirmations_for(db: Connection, texts: Catalog, person: int, language: str) -> tuple[ToConfirm, ...]:
    """The announcements a person has and is asked to confirm, the first one first."""
    return tuple(
        ToConfirm(
            texts.say(language, "told.notice.to_confirm", {"title": title_of(row)}),
            confirm_button(texts, language, row),
        )
        for row in to_confirm(db, person)
    )


def sender_line(db: Connection, texts: Catalog, language: str, author: int) -> str:
    row = person_row(db, author)
    department = department_of(db, row)
    about = [each for each in (row["title"], department and department.name(language)) if each]
    return texts.say(
        language, "told.notice.sender", {"person": who(row), "about": "".join(f" · {each}" for each in about)}
    )


def _marks(
    db: Connection, texts: Catalog, reader: Reader, newest: RowMapping, person: int
) -> tuple[tuple[str, ...], bool]:
    """What stands below an announcement, and whether it is still to be confirmed."""
    confirmed = confirmation(db, newest["series"], person) if newest["needs_acknowledgement"] else None

    def lines() -> Iterator[str]:
        got = got_at(db, newest["series"], person) if newest["version"] > 1 else None
        if got and got < newest["saved_at"]:
            yield texts.say(reader.language, "told.notice.changed", {"at": newest["saved_at"]}, reader.zone)
        if confirmed:
            yield texts.say(reader.language, "told.notice.confirmed", {"at": confirmed.at}, reader.zone)
        elif newest["needs_acknowledgement"]:
            yield texts.say(reader.language, "told.notice.confirm")

    return tuple(lines()), newest["needs_acknowledgement"] and confirmed is None
