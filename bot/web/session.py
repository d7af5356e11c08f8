"""Sessions: a signed cookie that says a browser is in the playground, and the token its forms must carry.

Who one is stands in the address (`/as/7`) and not in the cookie: all windows of a browser share a cookie, and
the point of the playground is to be two people in two windows. The cookie therefore proves only that the page
came from here. It is `SameSite=Lax` and not readable by scripts, and every POST must also carry a token that is
bound to it, which no other site can know.
"""

import hmac
from hashlib import sha256
from secrets import token_urlsafe

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "evenhand_playground"
LIFETIME = 7 * 24 * 3600
HEADER = "x-csrf"
FIELD = "csrf"


class NoSession(Exception):
    """The browser's session is unknown or over, or the page was not made by it."""


class Sessions:
    def __init__(self, secret: str) -> None:
        self.secret = secret.encode()
        self.signer = URLSafeTimedSerializer(secret, salt="evenhand.playground")

    def of(self, request: Request) -> str | None:
        """The session of a request, if it has a good one."""
        try:
            held = self.signer.loads(request.cookies.get(COOKIE, ""), max_age=LIFETIME)
        except BadSignature:
            return None
        return held if isinstance(held, str) else None

    def required(self, request: Request) -> str:
        """The session of a request; raises `NoSession`."""
        session = self.of(request)
        if session is None:
            raise NoSession
        return session

    def begin(self, request: Request) -> str:
        return self.of(request) or token_urlsafe(24)

    def keep(self, response: Response, session: str) -> None:
        """Sets the cookie anew, so that a playground in use stays open."""
        value = self.signer.dumps(session)
        response.set_cookie(COOKIE, value, max_age=LIFETIME, httponly=True, samesite="lax", path="/")

    def token(self, session: str) -> str:
        return hmac.new(self.secret, f"csrf:{session}".encode(), sha256).hexdigest()

    def check(self, request: Request, given: str | None) -> None:
        """Raises `NoSession` unless a POST carries the token of its session, in the header or in its form."""
        expected = self.token(self.required(request))
        sent = request.headers.get(HEADER) or given or ""
        if not hmac.compare_digest(sent.encode("utf-8", "replace"), expected.encode()):
            raise NoSession
