"""The site: the playground as one ASGI application, to be mounted at the root of the bot's."""

from collections.abc import Callable, Sequence

from pylopdf_fonts_zh_cn import sans_path
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.dispatcher import Dispatcher
from bot.web.deeds import Deeds
from bot.web.posting import language_of
from bot.web.problem_page import problem_response
from bot.web.room import Room
from bot.web.security import Guarded, require_playground_allowed
from bot.web.session import Sessions
from bot.web.stream import Pulse
from bot.web.views import Views
from flows.catalog import LANGUAGES


def playground(
    dispatcher: Dispatcher,
    secret: str,
    *,
    host: str,
    platforms: Sequence[str] = (),
    kick: Callable[[], None] = lambda: None,
) -> Starlette:
    """The playground for a bot. `kick` has what was promised delivered at once instead of at the next tick.

    The texts of the dispatcher must include `bot.texts`. `state.leave()` ends the streams, so that the process
    can end too. Raises `PlaygroundRefused` when `host` can be reached from elsewhere, or a chat platform is
    connected.
    """
    require_playground_allowed(host, platforms)
    texts = dispatcher.repertoire.texts
    room, sessions, pulse = Room(dispatcher), Sessions(secret), Pulse()

    async def nowhere(request: Request, error: Exception) -> Response:
        language = await run_in_threadpool(language_of, room, request)
        return await problem_response(room, request, language, "web.problems.nowhere", 404)

    async def broken(request: Request, error: Exception) -> Response:
        language = await run_in_threadpool(language_of, room, request)
        return await problem_response(room, request, language, "web.problems.broken", 500)

    elsewhere = " ".join(texts.say(language, "web.problems.elsewhere") for language in LANGUAGES)
    site = Starlette(
        routes=[
            Mount("/static", StaticFiles(packages=[("bot.web", "static")])),
            Mount("/font", StaticFiles(directory=sans_path().parent)),
            *Views(room, sessions, pulse).routes(),
            *Deeds(room, sessions, pulse, kick).routes(),
        ],
        middleware=[Middleware(Guarded, elsewhere)],
        exception_handlers={404: nowhere, 405: nowhere, Exception: broken},
    )
    site.state.leave = pulse.end
    return site
