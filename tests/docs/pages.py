"""The code blocks of a page of documentation, to be run as a reader would.

`console`: lines that begin with `$ ` are commands, and what follows is what they print; `…` on a line of its own stands
for lines that are left out. `yaml` with a title is a file that the reader writes. `python` is run from the top of the
page to its end, in one go; what a line `print(…)` prints stands in a comment behind it.
"""

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from glob import glob
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

LEFT_OUT = "…"
_TITLE = re.compile(r'title="([^"]+)"')


class Block(NamedTuple):
    """A fenced block of code."""

    language: str
    title: str | None
    """Name of the file that it shows."""
    text: str
    line: int


class Command(NamedTuple):
    """A command, and the lines that it is said to print."""

    words: str
    printed: list[str]


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page. Those without a fence are met by no rule, so that a page must have none."""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        assert token.type != "code_block", f"{page}:{token.map[0] + 1}: fence this block"
        if token.type == "fence":
            language, _, rest = token.info.partition(" ")
            title = _TITLE.search(rest)
            yield Block(language, title[1] if title else None, token.content, token.map[0] + 1)


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block."""
    command: Command | None = None
    for line in block.text.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield command
            command = Command(line[2:], [])
        else:
            assert command is not None, f"line {block.line}: what is printed comes after a command"
            command.printed.append(line.rstrip())
    if command is not None:
        yield command


def said_to_print(block: Block) -> list[str]:
    """What the comments behind the printing lines of a Python block say that they print."""
    return re.findall(r"^print\(.*\)  # (.*)$", block.text, re.MULTILINE)


def links(page: Path) -> Iterator[str]:
    """The files that a page shows or leads to, without the place in them."""
    for token in MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8")):
        for child in token.children or ():
            target = str(child.attrs.get("href") or child.attrs.get("src") or "").partition("#")[0]
            if target and "://" not in target:
                yield target


def is_printed(expected: list[str], printed: str) -> bool:
    """Whether lines are what was printed, in order and whole, where none are said to be left out."""
    parts = "\n".join(expected).strip().split(f"\n{LEFT_OUT}\n") if expected else [""]
    told = [re.escape(part.removeprefix(f"{LEFT_OUT}\n").removesuffix(f"\n{LEFT_OUT}")) for part in parts]
    pattern = r"\n(?:.*\n)*?".join(told)
    before = r"(?:.*\n)*?" if expected and expected[0] == LEFT_OUT else ""
    after = r"(?:\n.*)*" if expected and expected[-1] == LEFT_OUT else ""
    seen = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    return re.fullmatch(before + pattern + after, seen) is not None


def carried_out(command: Command, run: Callable[..., tuple[int, str, str]], last: int) -> tuple[int, str]:
    """What a command comes to: its exit code and what it prints. *last* is the exit code of the one before."""
    if command.words == "echo $?":
        return 0, str(last)
    if command.words.startswith("peelrules "):
        _, *words = shlex.split(command.words)
        code, out, err = run(*(file for word in words for file in sorted(glob(word)) or [word]))  # noqa: PTH207
        return code, out + err
    done = subprocess.run(["bash", "-euc", command.words], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return done.returncode, done.stdout + done.stderr
