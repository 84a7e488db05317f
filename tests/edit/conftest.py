"""An evidence file on which somebody works, and the server behind its page."""

import shutil
from pathlib import Path

import pytest
from edited import EVIDENCE, TEXT


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "anyshire.yaml"
    path.write_text(TEXT, encoding="utf-8", newline="")
    return path


@pytest.fixture
def lancashire_file(tmp_path):
    return Path(shutil.copy(EVIDENCE, tmp_path / "lancashire.yaml"))
