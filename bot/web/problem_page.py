"""Problem page: what stands in a browser's window where no page can be shown, with the way back.

Scripts get the sentence alone, because they show it in the page that is open.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from htpy import Renderable, a, div, h1, header, main, p, span
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from bot.web.faces import sign
from bot.web.layout import document, theme_button
from bot.web.room import Room
from bot.web.voice import Voice
from flows.page import Reader


async def problem_response(
    room: Room, request: Request, language: str, key: str, status: int, values: Mapping[str, Any] | None = None
) -> Response:
    """The sentence for what went wrong: as a page for somebody who looks at it, as plain text for a script."""
    texts = room.dispatcher.repertoire.texts
    text = texts.say(language, key, values or {})
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(text, status)
    person = int(request.path_params.get("person", 0))
    is_room = request.url.path.rstrip("/") == f"/as/{person}"
    voice = Voice(texts, Reader(language, ZoneInfo("UTC")), 0 if is_room else person)
    html = await run_in_threadpool(lambda: str(_page(text, voice, again=status >= 500)))
    return HTMLResponse(html, status)


def _page(text: str, voice: Voice, *, again: bool) -> Renderable:
    heading = voice.say("problems.title")
    return document(
        voice,
        heading,
        main(".picker")[
            header(".picker-head")[
                div(".brand")[span(".face.bot", aria_hidden="true")[sign()], span["Evenhand"]], theme_button(voice)
            ],
            h1[heading],
            p(".lead")[text],
            div(".actions")[
                again and a(".button.quiet", href="")[voice.say("problems.again")],
                bool(voice.person) and a(".button.quiet", href=voice.path())[voice.say("problems.to_room")],
                a(".button.quiet", href=f"/?language={voice.language}")[voice.say("problems.to_start")],
            ],
        ],
    )
