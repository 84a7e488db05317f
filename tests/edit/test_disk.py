"""A draft that cannot be removed is told, not a traceback."""

from pathlib import Path

import pytest

from peelrules.edit.disk import Disk, DiskError


def test_a_draft_that_cannot_be_removed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(tmp_path / "a.yaml")
    disk.keep("force: A\n", disk.mark())

    def refuse(path: Path, **_: bool) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(DiskError, match=r"\.a\.yaml\.draft cannot be removed: Permission denied"):
        disk.forget()
    assert disk.draft.exists()
