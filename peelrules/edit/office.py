"""What the server serves: the desk, once there is a file to work on, and the grades of what is on it."""

import secrets
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from peelrules.documents.bundled import DEFAULT, bundled_rulebooks
from peelrules.documents.choice import rulebook_named
from peelrules.documents.guide import load_guide
from peelrules.edit import views
from peelrules.edit.desk import Desk
from peelrules.edit.reading import Reading
from peelrules.edit.start import Start, StartError, beginning, new_file
from peelrules.engine.grading import grade
from peelrules.insight.sensitivity import sensitivity
from peelrules.model.rulebook import Rulebook


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
