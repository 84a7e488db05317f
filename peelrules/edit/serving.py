"""The server on a free port of the loopback address, until it is stopped."""

import os
import secrets
import socket
from collections.abc import Callable

import uvicorn

from peelrules.edit.office import Office
from peelrules.edit.server import application
from peelrules.model.problems import PeelrulesError

_LOOPBACK = "127.0.0.1"


class PortError(PeelrulesError):
    """Nothing can listen on a port."""


def serve(office: Office, port: int, opened: Callable[[str], None]) -> None:
    """Serve until the process is told to stop.

    Args:
        port: 0 for any that is free.
        opened: called with the address of the page, token and all, once the server can be reached.

    Raises:
        PortError: nothing can listen on that port.
    """
    try:
        listening = socket.create_server((_LOOPBACK, port))
    except OSError as error:
        message = f"port {port} cannot be used: {os.strerror(error.errno or 0)}; name another, or leave it out"
        raise PortError(message) from None
    with listening:
        host = f"{_LOOPBACK}:{listening.getsockname()[1]}"
        token = secrets.token_urlsafe(24)
        app = application(office, token, host)
        config = uvicorn.Config(
            app,
            access_log=False,
            log_level="warning",
            lifespan="off",
            ws="none",
            http="h11",
            loop="asyncio",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
        )
        opened(f"http://{host}/?token={token}")
        uvicorn.Server(config).run(sockets=[listening])
