"""The people import in words: what the command line and the REST route both say about a report."""

from typing import Any

from flows.catalog import Catalog, load
from storage.roster.headers import Column, Use
from storage.roster.problems import Note, Problem, Remark

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


class RosterWords:
    """The texts below `people.` in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalog: Catalog = load("bot.texts")

    def __call__(self, key: str, **values: Any) -> str:
        return self._catalog.say(self.language, f"people.{key}", values)

    def problem(self, problem: Problem) -> str:
        return self(f"reason.{problem.reason}", **problem.params)

    def note(self, note: Note) -> str:
        match note.remark:
            case Remark.date_order_read | Remark.date_order_assumed:
                return self(f"remark.{note.remark}.{note.params['order']}")
            case Remark.company_default:
                params = {**note.params, "count": note.count, "line": str(note.line)}
                return self(f"remark.{note.remark}.{note.params['field']}", **params)
            case Remark.field_missing | Remark.field_emptied:
                field = self(f"field.{note.params['field']}")
                return self(f"remark.{note.remark}", **{**note.params, "field": field})
            case remark:
                return self(f"remark.{remark}", count=note.count, line=str(note.line), **note.params)

    def column(self, column: Column) -> str:
        """What a column is used for, or why it is not."""
        if column.field is None:
            return self("mapping.ignored")
        field = self(f"field.{column.field}")
        return field if column.use is Use.used else self("mapping.superseded", field=field)

    def delimiter(self, sign: str) -> str:
        return self(f"delimiter.{DELIMITERS[sign]}")
