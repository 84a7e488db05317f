"""Inputs from seeds: bytes changed at random, values changed and written again, and text from a grammar."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import yaml

Dump = Callable[[Any, Random], bytes]
Parse = Callable[[bytes], Any]

# What is special to YAML, JSON, CSV or Unicode, or that a spreadsheet or a word processor leaves behind.
TOKENS = tuple(
    token if isinstance(token, bytes) else token.encode("utf-8", "surrogatepass")
    for token in (
        *(
            "- ",
            ": ",
            " #",
            "#",
            "&a ",
            "*a",
            "!!python/object:os.system ",
            "!<tag:x> ",
            "! ",
            "<<: ",
            "? ",
            "| ",
            "> ",
        ),
        *(
            "|+\n",
            ">-\n",
            "---\n",
            "...\n",
            "%YAML 1.1\n",
            "%TAG ! x\n",
            "{",
            "}",
            "[",
            "]",
            ",",
            "'",
            '"',
            "`",
            "@",
            "%",
        ),
        *("\t", "\r", "\r\n", "\n\n", "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\xa0", "\xad", "\u200b", "\u200f"),
        *("\u2018", "\u2019", "\u201c", "\u201d", "\u2013", "\u2028", "\u2029", "\u202e", "\ufeff", "\ufffd", "\ufffe"),
        *("\uffff", "\U0001f600", "\U0010ffff", "e\u0301", "\u0130", "\ud800", "\x0b", "\x0c", "\x1c", "\x1e"),
        *('"\\ud800"', '"\\udfff\\ud800"', '"\\x00"', '"\\u2028"', '"\\0"', '"\\N"', '"\\x"', '"\\U00110000"'),
        *("~", "null", "true", "no", "NaN", ".inf", "-0", "1e400", "0x1F", "1_000", "010", "12:30", "2021-02-30", "-1"),
        *("9" * 19, "9" * 400, "0." + "3" * 400, "1e-9", "0.1", "1000001", "=1+1", "; ", ";", "../../x", "/dev/zero"),
        *(b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xfe\xff", b"PAR1"),
    )
)

SCALARS: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 3, 10**6, 10**6 + 1, 10**18, 10**30, 0.0, -0.0, 0.1, 0.5, 1.0, 1e-9, 1e300),
    *(
        float("nan"),
        float("inf"),
        "",
        " ",
        "x",
        "no",
        "0",
        "A-1",
        "-",
        "a.b",
        "é" * 61,
        "x" * 5000,
        "a\nb",
        "{x}",
        "{0}",
    ),
    *("\u2028", "\ufffe", "\x00", "\x85", "\u202e", "%s", "[x]", "`x`", "NULL", "strength", "shortfall", "open", "?"),
)


def mutants(rng: Random, seeds: list[bytes], parse: Parse, dump: Dump, share_of_big: float = 0.0) -> Iterator[bytes]:
    """Inputs without end; the same ones for the same *rng*."""
    while True:
        seed = rng.choice(seeds)
        kind = rng.random()
        if kind < 0.05:
            data = _grammar(rng, 0).encode("utf-8", "surrogatepass")
        elif kind < 0.5 and (value := _parsed(seed, parse)) is not None:
            data = _dumped(_restructured(value, rng), dump, rng) or seed
            data = _damaged(data, rng) if rng.random() < 0.1 else data
        else:
            data = _damaged(seed, rng)
        yield _big(data, rng) if rng.random() < share_of_big else data


def _parsed(data: bytes, parse: Parse) -> Any:
    try:
        return parse(data)
    except Exception:
        return None


def _dumped(value: Any, dump: Dump, rng: Random) -> bytes | None:
    try:
        return dump(value, rng)
    except Exception:
        return None


# -- bytes ----------------------------------------------------------------------------------------


def _damaged(data: bytes, rng: Random) -> bytes:
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        start = _somewhere(data, rng)
        end = min(len(data), start + rng.choice((0, 1, 1, 2, 5, 20, 100)))
        cut = data[start:end]
        match rng.randrange(7):
            case 0:
                cut = bytes(byte ^ 1 << rng.randrange(8) for byte in cut)
            case 1:
                cut = b""
            case 2:
                cut *= rng.choice((2, 3, 40))
            case 3 | 4:
                cut = rng.choice(TOKENS) + cut
            case 5:
                cut = rng.choice(TOKENS) * rng.choice((1, 1, 1, 2, 40))
            case _:
                other = _somewhere(data, rng)
                cut = data[other : other + len(cut) + 1]
        data = data[:start] + cut + data[end:]
    return data


def _somewhere(data: bytes, rng: Random) -> int:
    """Any place, or often one at which a line, a key or a value begins."""
    start = rng.randint(0, len(data))
    mark = rng.choice((None, None, b"\n", b": ", b"- ", b",", b'"'))
    found = data.find(mark, start) if mark else -1
    return found + len(mark) if mark and found >= 0 else start


def _big(data: bytes, rng: Random) -> bytes:
    """About a megabyte of a part of the data, or of a token, within the rest."""
    start = _somewhere(data, rng)
    end = min(len(data), start + rng.choice((1, 3, 30, 300, 10_000)))
    part = rng.choice((data[start:end], data[start:end], rng.choice(TOKENS), rng.choice(TOKENS) + b"\n")) or b"-"
    size = rng.choice((100_000, 300_000, 1_000_000))
    return data[:start] + part * (size // len(part)) + data[rng.choice((start, end)) :]


# -- values ---------------------------------------------------------------------------------------


def _restructured(value: Any, rng: Random) -> Any:
    value = json.loads(json.dumps(value, default=str))  # a copy in which nothing is shared
    root = {"": value}
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        places = list(_places(root))
        holder, key = rng.choice(places)
        other, other_key = rng.choice(places)
        match rng.randrange(6):
            case 0 if holder is not root:
                del holder[key]
            case 1 if isinstance(holder, list):
                holder[key:key] = [holder[key]] * rng.choice((1, 1, 30))
            case 2:
                holder[key] = json.loads(json.dumps(other[other_key]))
            case 3 if isinstance(holder, dict) and holder is not root:
                holder[str(rng.choice((key + "x", key[:-1], key.upper(), *SCALARS)))] = holder.pop(key)
            case 4:
                holder[key] = rng.choice(([holder[key]], {"x": holder[key]}, [], {}, str(holder[key])))
            case _:
                holder[key] = rng.choice(SCALARS)
    return root[""]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def as_yaml(value: Any, rng: Random) -> bytes:
    style = rng.choice((None, False, True))
    width = rng.choice((20, 80, 10**6))
    return yaml.safe_dump(value, sort_keys=False, default_flow_style=style, width=width, allow_unicode=True).encode()


def as_json(value: Any, rng: Random) -> bytes:
    return json.dumps(value, indent=rng.choice((None, 2)), ensure_ascii=rng.random() < 0.5).encode()


# -- a grammar ------------------------------------------------------------------------------------


def _grammar(rng: Random, depth: int) -> str:
    """Something that looks like YAML."""
    words = (
        "force",
        "framework",
        "findings",
        "id",
        "evidence",
        "file",
        "wanted",
        "title",
        "when",
        "then",
        "sources",
        "x",
    )
    kind = rng.randrange(8) if depth < 40 else 0
    below = depth + 1
    pad = " " * rng.choice((depth, depth * 2, 1))
    match kind:
        case 1 | 2:
            return "".join(f"\n{pad}{rng.choice(words)}: {_grammar(rng, below)}" for _ in range(rng.randrange(4)))
        case 3:
            return "".join(f"\n{pad}- {_grammar(rng, below)}" for _ in range(rng.randrange(4)))
        case 4:
            return "[" + ", ".join(_grammar(rng, below) for _ in range(rng.randrange(4))) + "]"
        case 5:
            return (
                "{" + ", ".join(f"{rng.choice(words)}: {_grammar(rng, below)}" for _ in range(rng.randrange(4))) + "}"
            )
        case 6:
            return rng.choice(("&a ", "!!str ", "? ", "- ", "! ")) + _grammar(rng, below)
    return rng.choice((str(rng.choice(SCALARS)), rng.choice(TOKENS).decode("utf-8", "replace"), *words))
