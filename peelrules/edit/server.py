"""The server behind the page: who may ask, what can be asked for, and what is answered.

It listens on the loopback address alone. Whoever asks must have the cookie that was given to the first who opened the
address with the token; must have the server's own name in the address; and must not come from another page. The token
works once, for others on the machine can see with what a browser is started.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from functools import cached_property
from hmac import compare_digest
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from peelrules.documents.bundled import DEFAULT, bundled_rulebooks
from peelrules.documents.choice import rulebook_named
from peelrules.documents.guide import load_guide
from peelrules.documents.rewriting import RewritingError
from peelrules.edit import views
from peelrules.edit.changes import Change, OutdatedError
from peelrules.edit.desk import Desk, Done, ElsewhereError
from peelrules.edit.disk import DiskError
from peelrules.edit.reading import Reading
from peelrules.edit.start import Start, StartError, beginning, new_file
from peelrules.edit.workbooks import UnsoundError
from peelrules.engine.grading import grade
from peelrules.insight.sensitivity import sensitivity
from peelrules.model.base import Frozen
from peelrules.model.problems import DocumentError
from peelrules.model.rulebook import Rulebook

B = TypeVar("B", bound=Frozen)

PAGE = Path(__file__).parent / "page"
_SHARED = Path(__file__).parents[1] / "report" / "html" / "base.css"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_MOST_BYTES = 1_000_000
"""Of what is sent to the server at once."""
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


class Changes(Frozen):
    """Changes that are made together."""

    changes: Annotated[tuple[Change, ...], Field(min_length=1, max_length=100)]
    part_of: Annotated[str, Field(max_length=100)] = ""


class Saving(Frozen):
    """Write the file."""

    over: Annotated[str, Field(max_length=100)] | None = None
    """The mark of a file that was changed elsewhere, and is to be written over."""


class Nothing(Frozen):
    """Nothing more to say."""


class Office:
    """What the server serves: the desk, once there is a file to work on, and where a new one would be."""

    def __init__(self, rulebook: Rulebook | None, file: Path | None, folder: Path) -> None:
        """Open the file, if it is there, or a draft of it is.

        Args:
            rulebook: left out, the bundled one of the framework that the evidence names.
            file: one that is named; None where it is to be asked for.
            folder: where a new file would be.

        Raises:
            DocumentError: the file is no evidence that could be changed in fields.
            DiskError: no draft can be written.
        """
        self._given = rulebook
        self.file = file
        self.folder = folder
        self.boot = secrets.token_hex(8)
        """Another one in each run, so that pages know that they talk to another server."""
        self.desk: Desk | None = None
        self._grading, self._firming = Lock(), Lock()
        self._graded: tuple[Reading | None, Any] = (None, None)
        self._firm: tuple[Reading | None, Any] = (None, None)
        if file is not None and (file.exists() or Desk.has_draft(file)):
            self.desk = Desk(file, rulebook)

    @property
    def words(self) -> views.Json:
        """The words of the framework in which the evidence is coded, or of those in which it could be."""
        if self.desk is not None:
            rulebook = self.desk.reading.rulebook or rulebook_named(DEFAULT)
            return views.of_framework(rulebook.framework, load_guide())
        return {"frameworks": [views.of_questions(rulebook.framework) for rulebook in self._known.values()]}

    @cached_property
    def _known(self) -> Mapping[str, Rulebook]:
        """The rulebooks with which a new file can be begun, the usual one first."""
        if self._given is not None:
            return {self._given.framework.id: self._given}
        return {name: rulebook_named(name) for name in dict.fromkeys([DEFAULT, *bundled_rulebooks()])}

    def begin(self, start: Start) -> None:
        """Begin a new file.

        Raises:
            StartError: it cannot be begun so.
            DiskError: its draft cannot be written.
        """
        target = self.file or new_file(start.file, self.folder)
        if start.framework not in self._known:
            raise StartError(f"there is no framework `{start.framework}`; choose from {', '.join(self._known)}")
        desk = Desk(target, self._given, beginning(start))
        desk.questions = start.questions
        self.desk = desk

    def grades(self, reading: Reading) -> Any:
        """The grades of what is sound; None where nothing can be graded."""
        with self._grading:
            if self._graded[0] is not reading:
                told = None
                if reading.evidence is not None and reading.rulebook is not None:
                    told = views.of_grades(grade(reading.evidence, reading.rulebook), len(reading.faulty))
                self._graded = reading, told
            return self._graded[1]

    def firmness(self, reading: Reading) -> Any:
        """How firm these grades are; None where nothing can be graded."""
        with self._firming:
            if self._firm[0] is not reading:
                told = None
                if reading.evidence is not None and reading.rulebook is not None and reading.evidence.findings:
                    told = views.of_firmness(sensitivity(reading.evidence, reading.rulebook))
                self._firm = reading, told
            return self._firm[1]


def application(office: Office, token: str, host: str) -> Starlette:
    """The server as an ASGI application.

    Args:
        token: what whoever comes first must know.
        host: the only name and port under which it answers.
    """
    api = _Api(office)
    return Starlette(
        routes=[
            Route("/", _page, methods=["GET"]),
            Route("/{name}", _asset, methods=["GET"]),
            Route("/api/start", api.start, methods=["GET"]),
            Route("/api/status", api.status, methods=["GET"]),
            Route("/api/document", api.document, methods=["GET"]),
            Route("/api/grades", api.grades, methods=["GET"]),
            Route("/api/firmness", api.firmness, methods=["GET"]),
            Route("/api/difference", api.difference, methods=["GET"]),
            Route("/api/begin", api.begin, methods=["POST"]),
            Route("/api/change", api.change, methods=["POST"]),
            Route("/api/undo", api.undo, methods=["POST"]),
            Route("/api/redo", api.redo, methods=["POST"]),
            Route("/api/save", api.save, methods=["POST"]),
            Route("/api/take-theirs", api.take_theirs, methods=["POST"]),
        ],
        middleware=[Middleware(Gate, token=token, host=host)],
        exception_handlers={HTTPException: _told},
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


async def _page(_request: Request) -> Response:
    return HTMLResponse((PAGE / "index.html").read_text(encoding="utf-8"))


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    files = {file.name: file for file in (*PAGE.iterdir(), _SHARED) if file.suffix in _KINDS}
    if name not in files:
        raise HTTPException(404, "there is no such file")
    return Response(files[name].read_bytes(), media_type=_KINDS[files[name].suffix])


async def _told(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    return JSONResponse({"message": error.detail}, error.status_code, error.headers)


class _Api:
    """What the page asks for."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def start(self, _request: Request) -> Response:
        office = self._office
        named = office.file.name if office.file is not None else None
        told = {
            **await run_in_threadpool(lambda: office.words),
            "boot": office.boot,
            "file": named,
            "open": office.desk is not None,
        }
        return _Json(told)

    async def status(self, _request: Request) -> Response:
        return _Json({"boot": self._office.boot, **await run_in_threadpool(views.status, self._desk)})

    async def document(self, _request: Request) -> Response:
        return _Json(await run_in_threadpool(views.of_desk, self._desk))

    async def grades(self, _request: Request) -> Response:
        return await self._of_reading(self._office.grades)

    async def firmness(self, _request: Request) -> Response:
        return await self._of_reading(self._office.firmness)

    async def difference(self, _request: Request) -> Response:
        mark, lines = await run_in_threadpool(self._desk.difference)
        return _Json({"mark": mark, "lines": lines})

    async def begin(self, request: Request) -> Response:
        start = await _body(request, Start)

        def begin() -> Done:
            if self._office.desk is None:
                self._office.begin(start)
            return Done("begun", None)

        return await self._answered(begin)

    async def change(self, request: Request) -> Response:
        asked = await _body(request, Changes)
        return await self._answered(lambda: self._desk.change(asked.changes, asked.part_of))

    async def undo(self, request: Request) -> Response:
        await _body(request, Nothing)
        return await self._answered(self._desk.undo)

    async def redo(self, request: Request) -> Response:
        await _body(request, Nothing)
        return await self._answered(self._desk.redo)

    async def save(self, request: Request) -> Response:
        asked = await _body(request, Saving)

        def save() -> Done:
            self._desk.save(asked.over)
            return Done("saved", None)

        return await self._answered(save)

    async def take_theirs(self, request: Request) -> Response:
        await _body(request, Nothing)
        return await self._answered(self._desk.take_theirs)

    @property
    def _desk(self) -> Desk:
        if self._office.desk is None:
            raise HTTPException(404, "no file is open yet")
        return self._office.desk

    async def _answered(self, act: Callable[[], Done]) -> Response:
        """The evidence as it stands after something is done; if it cannot be done, why not."""
        code, extra = 200, {}
        done = None
        try:
            done = await run_in_threadpool(act)
        except (OutdatedError, ElsewhereError) as error:
            code, extra = 409, {"message": str(error)}
        except (RewritingError, StartError, DiskError, UnsoundError, DocumentError) as error:
            code, extra = 422, {"message": str(error)}
        desk = self._office.desk
        told = await run_in_threadpool(views.of_desk, desk, done) if desk is not None else {}
        return _Json({**told, **extra}, code)

    async def _of_reading(self, compute: Callable[[Reading], Any]) -> Response:
        desk = self._desk
        with desk.lock:
            reading, revision = desk.reading, desk.revision
        return _Json({"revision": revision, "told": await run_in_threadpool(compute, reading)})


class _Json(JSONResponse):
    """JSON with nothing but ASCII in it, so that words of documents with lone surrogates can be told."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


async def _body(request: Request, model: type[B]) -> B:
    """What was sent, if it is what was asked for.

    Raises:
        HTTPException: it is not.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, "send JSON")
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > _MOST_BYTES:
            raise HTTPException(413, f"this is more than {_MOST_BYTES:,} bytes; change less at once")
    try:
        return model.model_validate_json(bytes(data))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, fault["loc"]))
        raise HTTPException(400, f"{where}: {fault['msg']}" if where else str(fault["msg"])) from None
