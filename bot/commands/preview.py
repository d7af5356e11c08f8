"""`evenhand preview`: every page and message of every conversation, on every surface and in every language."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from bot.app import TEXTS
from bot.commands.preview_document import Section, document, section_of
from bot.commands.starting import console, in_words, writing
from bot.wording import Wording
from flows.catalog import load
from flows.checks import require_sound
from flows.core import discover
from flows.explore import explore_all

FILE = Path("preview.html")


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.preview"))
    def preview(
        out: Annotated[Path, typer.Option("--out", dir_okay=False, help=say("preview.out"))] = FILE,
        show: Annotated[bool, typer.Option("--open", help=say("preview.open"))] = False,
    ) -> None:
        texts, register = load(*TEXTS), discover()
        with in_words(say):
            require_sound(register, texts)
        explorations = explore_all(register.newest())
        columns = (
            TextColumn(say("preview.reading")),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[of]}"),
        )
        sections: list[Section] = []
        with Progress(*columns, console=console(), transient=True) as progress:
            task = progress.add_task("", total=len(explorations), of="")
            for exploration in explorations:
                progress.update(task, of=exploration.flow.name)
                sections.append(section_of(exploration, texts))
                progress.advance(task)
        with writing(say, out):
            out.write_text(str(document(sections, texts, say.language)), encoding="utf-8")
        shown = sum(len(section.entries) for section in sections)
        console().print(
            Text(say("preview.written", pages=shown, flows=len(sections), file=out), "bold green"), soft_wrap=True
        )
        if show:
            webbrowser.open(out.resolve().as_uri())

    return app
