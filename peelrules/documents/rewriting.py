"""YAML that is changed as an editor would change it: only what differs is written anew.

Comments, order, quotes and layout of everything else stay as they are.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import yaml

from peelrules.documents.yaml import parse
from peelrules.model.problems import DocumentError, PeelrulesError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = re.compile(r"[^\W_](?:[^\x00-\x1f\x7f-\x9f\xad#:,\[\]{}\\\"`]|:(?! |$))*", re.ASCII)
"""Text that can stand without quotes anywhere, whoever reads it."""
_BLOCK = re.compile(r"[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]*[^\s]")
_LINE_END = re.compile(r"\r?\n|\Z")
_LOST = re.compile(r" ?#[^\r\n]*")
_BESIDE = re.compile(r"[ \t]*(?:[|>][-+0-9]*[ \t]+)?(#[^\r\n]*)")
"""A comment right behind a colon, or behind the sign of a block of text."""
_ALONE = re.compile(r"[\ud800-\udfff]")
_SEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class RewritingError(PeelrulesError):
    """A text is written in a way in which it cannot be changed here without losing some of it."""


class _Patch(NamedTuple):
    """What stands from *begin* to *end* is replaced by *text*."""

    begin: int
    end: int
    text: str


def rewritten(text: str, new: Any) -> str:
    """The text changed so that it reads as another value.

    Args:
        new: plain values: mappings with text as keys, lists, text, numbers, true, false and None.

    Raises:
        DocumentError: the text is not YAML.
        RewritingError: it cannot be changed without losing some of it.
    """
    old = parse(text, "").value
    if old == new:
        return text
    try:
        root = yaml.compose(text, Loader=_LOADER)
        if _is_endless(root):
            raise LookupError("an alias stands within what it stands for")
        patches = sorted(_Rewriting(text).patches(root, old, new), reverse=True)
        changed = text
        for begin, end, replacement in patches:
            changed = changed[:begin] + replacement + changed[end:]
        if _same(parse(changed, "").value, new):
            return changed
    except (yaml.YAMLError, DocumentError, LookupError, ValueError):
        pass  # a key may stand without its colon
    raise RewritingError("the file is written in a way that cannot be changed here; change it in a text editor")


def written(value: Mapping[str, Any]) -> str:
    """A mapping as YAML from scratch, with lists of mappings one below the other and short values in one line."""
    return "\n".join(_block(value, 0)) + "\n"


def _same(one: Any, other: Any) -> bool:
    """Whether two values are alike, of the same types and in the same order of keys."""
    return json.dumps(one) == json.dumps(other)


class _Rewriting:
    """The patches that make one text read as another value."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"

    def patches(self, node: Any, old: Any, new: Any) -> list[_Patch]:
        """What to write anew where a value stands, in one line if it is the whole of it."""
        within = self._within(node, old, new)
        return within if within is not None else [_Patch(node.start_mark.index, self._end(node), _flow(new))]

    def _within(self, node: Any, old: Any, new: Any) -> list[_Patch] | None:
        """What to write anew within a value; None if it is the whole of it."""
        if _same(old, new):
            return []
        if isinstance(old, dict) and isinstance(new, dict) and isinstance(node, yaml.MappingNode):
            return self._mapping(node, old, new)
        if isinstance(old, list) and isinstance(new, list) and isinstance(node, yaml.SequenceNode):
            return self._sequence(node, old, new)
        return None

    # -- mappings ---------------------------------------------------------------------------------

    def _mapping(self, node: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[_Patch] | None:
        entries = {str(key.value): (key, value) for key, value in node.value}
        if entries.keys() != old.keys() and not node.flow_style:  # all would be written anew, in one line
            raise LookupError("keys that are not read as they are written")
        kept = [key for key in old if key in new]
        if not kept or kept != [key for key in new if key in old] or entries.keys() != old.keys():
            return None
        if node.flow_style and len(kept) < len(old):
            return None
        patches = [self._without(node, number) for number, key in enumerate(old) if key not in new]
        for key in kept:
            patches += self._value(*entries[key], node, old[key], new[key])
        return [*patches, *self._further(node, entries, new)]

    def _further(self, node: Any, entries: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[_Patch]:
        """Entries that were not there, each behind the one that it follows."""
        at: dict[int, list[str]] = {}
        before: list[str] = []
        previous = None
        for key in new:
            if key in entries:
                previous = key
            elif previous is None:
                before.append(key)
            else:
                end = self._end(*entries[previous])
                at.setdefault(end if node.flow_style else self._end_of_line(end), []).append(key)
        if before:
            begin = next(key.start_mark.index for name, (key, _) in entries.items() if name in new)  # others go
            yield _Patch(begin, begin, self._ahead(before, new, node))
        for place, keys in at.items():
            if node.flow_style:
                added = "".join(f", {_scalar(key)}: {_flow(new[key])}" for key in keys)
            else:
                lines = _block({key: new[key] for key in keys}, node.start_mark.column)
                added = "".join(f"{self._newline}{line}" for line in lines)
            yield _Patch(place, place, added)

    def _ahead(self, keys: Sequence[str], new: Mapping[str, Any], node: Any) -> str:
        """Entries that come before all others."""
        if node.flow_style:
            return "".join(f"{_scalar(key)}: {_flow(new[key])}, " for key in keys)
        return self._before({key: new[key] for key in keys}, node.start_mark.column)

    def _value(self, key: Any, value: Any, node: Any, old: Any, new: Any) -> Iterator[_Patch]:
        if _same(old, new):
            return
        if (within := self._within(value, old, new)) is not None:
            yield from within
            return
        if not isinstance(old, list | dict | None) and not isinstance(new, list | dict) and not _is_block(value):
            # what was lost as a comment, as in `ranked #3 of 43`, goes with the text that it belonged to
            lost = _LOST.match(self._text, value.end_mark.index)
            yield _Patch(value.start_mark.index, lost.end() if lost else value.end_mark.index, _scalar(new))
            return
        # from the colon on: what stands on the lines below goes, and a comment beside the key stays
        colon = self._text.index(":", key.end_mark.index) + 1
        found = None if node.flow_style else _BESIDE.match(self._text, colon)
        comment = f"  {found[1].rstrip()}" if found else ""
        end = max(self._end(key, value), found.end() if found else colon)
        if node.flow_style:
            yield _Patch(colon, end, f" {_flow(new)}")
            return
        first, *below = _block({"": new}, node.start_mark.column)
        beside = self._text[end : self._end_of_line(end)]
        if below and not comment and beside.lstrip().startswith("#"):
            comment, end = beside, end + len(beside)
        lines = [first.strip().removeprefix('"":').rstrip() + comment, *below]
        yield _Patch(colon, end, self._newline.join(lines))

    def _without(self, node: Any, number: int) -> _Patch:
        """An entry of a mapping in block style left out, with what stands beside it."""
        key, value = node.value[number]
        begin = key.start_mark.index
        line = self._text.rfind("\n", 0, begin) + 1
        if self._text[line:begin].strip():  # it stands after the `- ` of a list, and so may the next
            following = node.value[number + 1][0]
            return _Patch(begin, following.start_mark.index, "")
        return self._lines(line, self._end(key, value))

    # -- lists ------------------------------------------------------------------------------------

    def _sequence(self, node: Any, old: Sequence[Any], new: Sequence[Any]) -> list[_Patch] | None:
        if len(old) == len(new) == len(node.value) and node.flow_style:
            return [p for n, o, w in zip(node.value, old, new, strict=True) for p in self.patches(n, o, w)]
        if node.flow_style or not old or not new or len(node.value) != len(old):
            return None
        patches: list[_Patch] = []
        matcher = SequenceMatcher(None, list(map(json.dumps, old)), list(map(json.dumps, new)), autojunk=False)
        for kind, i, after_i, j, after_j in matcher.get_opcodes():
            if kind == "equal":
                continue
            both = min(after_i - i, after_j - j)
            for number in range(both):
                patches += self._item(node.value[i + number], node, old[i + number], new[j + number])
            patches += [self._without_item(node, number) for number in range(i + both, after_i)]
            if added := new[j + both : after_j]:
                patches.append(self._more(node, i + both, added))
        return patches

    def _item(self, item: Any, node: Any, old: Any, new: Any) -> Iterator[_Patch]:
        if (within := self._within(item, old, new)) is not None:
            yield from within
            return
        first, *below = _block([new], node.start_mark.column)
        lines = [first.strip().removeprefix("- "), *below]
        yield _Patch(item.start_mark.index, self._end(item), self._newline.join(lines))

    def _without_item(self, node: Any, number: int) -> _Patch:
        item = node.value[number]
        dash = self._text.rindex("-", 0, item.start_mark.index)
        line = self._text.rfind("\n", 0, dash) + 1
        if self._text[line:dash].strip():
            raise LookupError("an item that does not begin a line")
        return self._lines(line, self._end(item))

    def _more(self, node: Any, number: int, added: Sequence[Any]) -> _Patch:
        """Further items, after so many."""
        indent = node.start_mark.column
        if number == 0:  # the list may begin behind the sign of another
            dash = self._text.rindex("-", 0, node.value[0].start_mark.index)
            return _Patch(dash, dash, self._before(added, indent))
        at = self._end_of_line(self._end(node.value[number - 1]))
        return _Patch(at, at, "".join(f"{self._newline}{each}" for each in _block(added, indent)))

    # -- anything ---------------------------------------------------------------------------------

    def _before(self, value: Any, indent: int) -> str:
        """The lines of a value, and the space up to what they are written before, in the column where that begins."""
        return "".join(f"{line}{self._newline}" for line in _block(value, indent))[indent:] + " " * indent

    def _lines(self, begin: int, end: int) -> _Patch:
        """The lines from one that begins at *begin* to that of *end* left out."""
        after = self._end_of_line(end)
        broken = _LINE_END.match(self._text, after)
        if broken is not None and broken.end() > after:
            return _Patch(begin, broken.end(), "")
        before = begin - len(self._newline) if begin else 0  # the last line of a text without a line end
        return _Patch(max(before, 0), after, "")

    def _end_of_line(self, at: int) -> int:
        return _LINE_END.search(self._text, at).start()  # type: ignore[union-attr]

    def _end(self, *nodes: Any) -> int:
        """Where the last of some nodes ends, without the space and the comments below it."""
        node = nodes[-1]
        if isinstance(node, yaml.ScalarNode):
            if not node.value and not node.style and len(nodes) > 1:  # nothing is written
                return self._text.index(":", nodes[-2].end_mark.index) + 1
            end: int = node.end_mark.index
            if _is_block(node):
                end = len(self._text[:end].rstrip())
            return end
        if node.flow_style or not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        return self._end(*last) if isinstance(last, tuple) else self._end(last)


def _is_endless(node: Any, within: tuple[Any, ...] = ()) -> bool:
    """Whether an alias stands within what it stands for."""
    if any(node is each for each in within):
        return True
    parts = node.value if isinstance(node, yaml.CollectionNode) else ()
    nodes = (each for part in parts for each in (part if isinstance(part, tuple) else (part,)))
    return any(_is_endless(each, (*within, node)) for each in nodes)


def _is_block(node: Any) -> bool:
    return getattr(node, "style", None) in ("|", ">")


# -- values as YAML ---------------------------------------------------------------------------------


def _block(value: Any, indent: int) -> Iterator[str]:
    """The lines of a mapping or a list, one entry below the other."""
    space = " " * indent
    if isinstance(value, Mapping):
        for key, each in value.items():
            name = f"{space}{_scalar(key)}:"
            if _is_deep(each):
                yield name
                yield from _block(each, indent + 2)
            elif isinstance(each, str) and "\n" in each and _BLOCK.fullmatch(each):
                yield f"{name} |-"
                yield from (f"{space}  {line}" if line else "" for line in each.split("\n"))
            else:
                yield f"{name} {_flow(each)}"
        return
    for each in value:
        if isinstance(each, Mapping) and each:
            first, *below = _block(each, indent + 2)
            yield f"{space}- {first.lstrip()}"
            yield from below
        else:
            yield f"{space}- {_flow(each)}"


def _is_deep(value: Any) -> bool:
    """Whether a value is better written one entry below the other."""
    if isinstance(value, Mapping):
        return any(isinstance(each, Mapping | list) for each in value.values())
    return isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value)


def _flow(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, float):
        return f"{value:.17f}".rstrip("0") + "0" * value.is_integer() if "e" in repr(value) else repr(value)
    text = _ALONE.sub("\N{REPLACEMENT CHARACTER}", str(value))
    if _reads_as_text(text):
        return text
    if not _SEEN.search(text) and "'" not in text:
        return f"'{text}'" if '"' in text or "\\" in text else f'"{text}"'
    escaped = json.dumps(text, ensure_ascii=False)
    return _SEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", escaped)


def _reads_as_text(text: str) -> bool:
    """Whether a text can stand without quotes."""
    return bool(_PLAIN.fullmatch(text)) and text == text.strip() and parse(text, "").value == text
