"""The server behind the page: what can be asked for, and what is answered."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from peelrules.documents.rewriting import RewritingError
from peelrules.edit import views
from peelrules.edit.changes import Change, OutdatedError
from peelrules.edit.desk import Desk, Done, ElsewhereError
from peelrules.edit.disk import DiskError
from peelrules.edit.gate import Gate
from peelrules.edit.office import Office
from peelrules.edit.reading import Reading
from peelrules.edit.start import Start, StartError
from peelrules.edit.workbooks import UnsoundError
from peelrules.model.base import Frozen
from peelrules.model.problems import DocumentError

B = TypeVar("B", bound=Frozen)

PAGE = Path(__file__).parent / "page"
_SHARED = Path(__file__).parents[1] / "report" / "html" / "base.css"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_MOST_BYTES = 1_000_000
"""Of what is sent to the server at once."""


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
    """JSON with nothing but ASCII in it, so that names of files that are in no encoding can be told."""

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
