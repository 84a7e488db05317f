"""Which rulebook evidence is read with where none is given: the bundled one of the framework that it names."""

from functools import lru_cache
from pathlib import Path

from peelrules.documents.bundled import DEFAULT, bundled_rulebooks
from peelrules.documents.folder import Folder
from peelrules.documents.reading import document_of
from peelrules.documents.rulebook import read_rulebook
from peelrules.documents.shape import or_did_you_mean
from peelrules.documents.told import quoted
from peelrules.documents.yaml import Document
from peelrules.model.problems import DocumentError, Problem, UnknownNameError
from peelrules.model.rulebook import Rulebook


def rulebook_named(framework: str) -> Rulebook:
    """The bundled rulebook of a framework, read once in the life of a process.

    Raises:
        UnknownNameError: there is none.
    """
    folders = bundled_rulebooks()
    if framework not in folders:
        raise UnknownNameError("bundled rulebook", framework, folders)
    return _loaded(folders[framework])


def chosen(document: Document) -> tuple[Rulebook | None, list[Problem]]:
    """The bundled rulebook of the framework that a document names, or what is wrong with the name.

    Where it names none, or none that is text, there is no rulebook, and that is a problem of its shape.
    """
    folders = bundled_rulebooks()
    [name] = [value for _, value in document.select("framework")] or [None]
    if not isinstance(name, str):
        return None, []
    if (framework := name.strip()) in folders:
        return _loaded(folders[framework]), []
    message = f"no framework `{quoted(framework)}` comes with peelrules, but {', '.join(folders)}"
    remedy = or_did_you_mean(framework, folders) or "; name one of them, or give the rulebook of this one"
    return None, [document.problem(("framework",), message + remedy)]


def likely(file: Path) -> Rulebook:
    """The bundled rulebook of the framework that a file names, or, if it is too faulty to name one, the default."""
    try:
        rulebook, _ = chosen(document_of(file))
    except DocumentError:
        rulebook = None
    return rulebook or rulebook_named(DEFAULT)


@lru_cache(maxsize=16)
def _loaded(folder: Path) -> Rulebook:
    return read_rulebook(Folder(folder, may_lead_out=True))[0]
