"""The command that opens a page to write evidence in."""

from pathlib import Path
from typing import Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.grading import app
from peelrules.cli.options import Rules

_WITHOUT = '`peelrules edit` needs the extra `edit`: pip install "peelrules[edit]"'

File = Annotated[
    Path | None,
    typer.Argument(help="An evidence file, or the name of a new one; asked for if left out.", metavar="EVIDENCE"),
]


@app.command()
def edit(
    evidence: File = None,
    rules: Rules = None,
    browser: Annotated[bool, typer.Option(help="Open the page; otherwise its address is printed.")] = True,
    port: Annotated[int, typer.Option(help="Port to listen on; 0 is any that is free.", min=0, max=65535)] = 0,
) -> None:
    """Write evidence in a browser: findings as a form, with the grades as they stand. Needs no network."""
    try:
        from peelrules.edit.office import Office
        from peelrules.edit.serving import PortError, serve
    except ModuleNotFoundError as error:
        if error.name not in ("starlette", "uvicorn", "anyio"):
            raise
        raise typer.BadParameter(_WITHOUT) from None
    from peelrules.cli.loading import given_rulebook
    from peelrules.documents.reading import WORKBOOKS
    from peelrules.edit.disk import DiskError

    if evidence == streams.STANDARD:
        raise typer.BadParameter("standard input cannot be saved; name a file", param_hint="EVIDENCE")
    if evidence is not None and evidence.suffix.lower() not in (".yaml", ".yml", *WORKBOOKS[:1]):
        message = f"only .yaml, .yml and .xlsx can be edited; `peelrules convert` makes one of {evidence.name}"
        raise typer.BadParameter(message, param_hint="EVIDENCE")
    try:
        office = Office(given_rulebook(rules), evidence, Path.cwd())
    except DiskError as error:
        raise streams.UnwritableError(str(error)) from None
    if office.desk is not None and office.desk.restored:
        streams.say(f"went on with {office.desk.disk.draft.name}, which has changes that were not saved")
    try:
        serve(office, port, _opened if browser else _told)
    except PortError as error:
        raise typer.BadParameter(str(error), param_hint="--port") from None
    finally:
        if office.desk is not None and not office.desk.is_saved:
            streams.say(f"what was not saved is in {office.desk.disk.draft.name}; `peelrules edit` goes on with it")


def _opened(address: str) -> None:
    import webbrowser

    _told(address)
    if not webbrowser.open(address):
        streams.say("no browser could be opened; open the address above")


def _told(address: str) -> None:
    streams.say(f"{address}\nCtrl-C stops.")
