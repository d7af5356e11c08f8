"""`evenhand teams-package`: what is uploaded to Teams, with every command and shortcut there is."""

from pathlib import Path
from typing import Annotated

import typer

from bot.app import TEXTS
from bot.commands.starting import console, fail, settings_or_fail, writing
from bot.teams.package import Faulty, contents, package
from bot.wording import Wording
from flows.catalog import load
from flows.core import discover


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.teams-package"))
    def write(
        site: Annotated[str, typer.Option(help=say("teams-package.site"))],
        company: Annotated[str, typer.Option(help=say("teams-package.company"))],
        app_id: Annotated[str | None, typer.Option(help=say("teams-package.app_id"))] = None,
        out: Annotated[Path, typer.Option(dir_okay=False, help=say("teams-package.out"))] = Path("evenhand-teams.zip"),
        folder: Annotated[Path | None, typer.Option(file_okay=False, help=say("teams-package.folder"))] = None,
    ) -> None:
        settings = settings_or_fail(say)
        known = app_id or settings.teams_app_id
        if not known:
            raise fail(say("teams-package.no_app_id"))
        try:
            files = contents(
                discover(), load(*TEXTS), app_id=known, site=site, company=company, prefix=settings.command_prefix
            )
        except Faulty as wrong:
            raise fail(say("teams-package.faulty", faults="\n".join(wrong.faults))) from None
        if folder is None:
            with writing(say, out):
                out.write_bytes(package(files))
        else:
            for name, content in files.items():
                with writing(say, folder / name):
                    (folder / name).write_bytes(content)
        console().print(say("teams-package.written", file=folder or out), soft_wrap=True)

    return app
