"""Who may ask the server.

It listens on the loopback address alone. Whoever asks must have the cookie that was given to the first who opened the
address with the token; must have the server's own name in the address; and must not come from another page. The token
works once, for others on the machine can see with what a browser is started.
"""

import secrets
from hmac import compare_digest
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_STRANGER = "Open the address that `peelrules edit` shows in the terminal. It has a token, which works once."
_USED = (
    "The token in this address is wrong, or was used already. Where it was used, the page opens without it. If that "
    "was not you, stop `peelrules edit` in the terminal, and start it again."
)


class Gate:
    """Lets nobody in but the person who opened the page."""

    def __init__(self, app: ASGIApp, token: str, host: str) -> None:
        self._app = app
        self._token: str | None = token
        self._secret = secrets.token_urlsafe(24)
        self._host = host
        self._origin = f"http://{host}"
        self._cookie = f"peelrules-{host.rpartition(':')[2]}"  # cookies do not tell ports apart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request = Request(scope)
        given = request.query_params.get("token") if scope["path"] == "/" else None
        refused = self._refused(request, given)
        is_first = refused is None and self._is_token(given)
        if is_first:
            self._token = None

        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                more = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                if is_first:
                    cookie = f"{self._cookie}={self._secret}; HttpOnly; SameSite=Strict; Path=/"
                    more.append((b"Set-Cookie", cookie.encode()))
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        await (refused or self._app)(scope, receive, sent)

    def _refused(self, request: Request, given: str | None) -> Response | None:
        headers = request.headers
        if headers.getlist("host") != [self._host]:
            return PlainTextResponse(f"This is {self._origin}, and nothing else.\n", 421)
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
        may_come_from = {"same-origin", "none"} if request.method == "GET" else {"same-origin"}
        if given is not None:  # a link in a terminal or a message may lead here
            may_come_from = {"same-origin", "same-site", "cross-site", "none"}
        if (request.method != "GET" or origin is not None) and origin != self._origin:
            return PlainTextResponse("Pages of other origins may not ask.\n", 403)
        if site not in may_come_from:
            return PlainTextResponse("Other pages may not ask.\n", 403)
        if self._is_token(given) or compare_digest(
            request.cookies.get(self._cookie, "").encode(), self._secret.encode()
        ):
            return None
        return PlainTextResponse(f"{_STRANGER if given is None else _USED}\n", 403)

    def _is_token(self, given: str | None) -> bool:
        return None not in (given, self._token) and compare_digest(given.encode(), self._token.encode())  # type: ignore[union-attr]
