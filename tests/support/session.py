# SPDX-License-Identifier: Apache-2.0
"""Reads `.session` files: one exchange each, in bytes. tests/wire/README.md has the format."""

import re
from dataclasses import dataclass, field
from pathlib import Path

ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{2}|[rntb\\])")
ESCAPES = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"b": b" ", b"\\": b"\\"}
CAMERAS = ("new", "furnished", "one-bank", "on-trial")
CUTS = ("every", "some", "none")
WAYS = ("cgi", "ispupd")
SEEN = re.compile(r"(flash in use|all flash|journal|work folder|settings|what starts next)"
                  r" (untouched|changed)|nothing changed|restart: (none|asked)|settings: saved"
                  r"|status [A-Z0-9_]+='.*'")


class SessionError(Exception):
    pass


def unescape(text):
    """`\\xHH`, `\\r`, `\\n`, `\\t`, `\\b` (a blank), `\\\\`."""
    def byte(match):
        what = match[1]
        return ESCAPES.get(what) or bytes([int(what[1:], 16)])
    return ESCAPE.sub(byte, text.encode())


@dataclass
class Variant:
    """The values of @1@ in the request and of @2@ in the reply."""
    value: str = ""
    reply: str = ""


@dataclass
class Session:
    path: Path
    promise: str = ""
    cases: list = field(default_factory=list)
    camera: str = "furnished"
    cuts: str = "some"
    ways: list = field(default_factory=lambda: list(WAYS))
    image: dict = field(default_factory=dict)
    configuration: list = field(default_factory=list)
    status: int = 200
    kind: str = "text/plain"
    sent: list = field(default_factory=list)
    reply: list = field(default_factory=list)
    seen: list = field(default_factory=list)
    variants: list = field(default_factory=list)

    def request(self, variant, image):
        """The bytes to send. `image` makes the image's bytes from the session's options."""
        whole = b"".join(self.fill(piece, variant, image) for piece in self.sent)
        body = len(whole.partition(b"\r\n\r\n")[2])
        return re.sub(rb"@LENGTH([+-]\d+)?@", lambda m: b"%d" % (body + int(m[1] or 0)), whole)

    def fill(self, piece, variant, image):
        piece = piece.replace(b"@1@", unescape(variant.value))
        piece = re.sub(rb"@FILE (\S+)@", lambda m: (self.path.parent / m[1].decode()).read_bytes(),
                       piece)
        piece = re.sub(rb"@REPEAT (\d+) (.*?)@", lambda m: int(m[1]) * m[2], piece,
                       flags=re.DOTALL)
        if b"@IMAGE@" in piece:
            piece = piece.replace(b"@IMAGE@", image(self.image))
        return piece

    def body(self, variant):
        """The reply's body, or None if the session does not specify one."""
        lines = [line.replace(b"@2@", unescape(variant.reply)) for line in self.reply]
        if len(lines) == 1 and lines[0].startswith(b"@FILE "):
            return self.fill(lines[0].rstrip(b"\n"), variant, None)
        return b"".join(lines) if lines else None

    def is_accepted(self, variant):
        return self.status == 200 and (self.body(variant) or b"OK\n") == b"OK\n"


def read_setting(session, word, rest):
    if word == "case":
        session.cases += [int(number) for number in rest.split()]
    elif word == "camera" and rest in CAMERAS:
        session.camera = rest
    elif word == "cuts" and rest in CUTS:
        session.cuts = rest
    elif word == "ways" and set(rest.split()) <= set(WAYS):
        session.ways = rest.split()
    elif word == "image":
        session.image = dict(option.split("=", 1) for option in rest.split())
    elif word == "configuration" and " -> " in rest:
        session.configuration.append(tuple(unescape(rest).decode().split(" -> ", 1)))
    elif word == "status":
        session.status = int(rest)
    elif word == "kind":
        session.kind = rest
    else:
        raise SessionError(f"unknown setting: {word} {rest}")


def read_line(session, mark, rest):
    if mark == "#":
        if not rest.startswith("SPDX"):
            session.promise = session.promise or rest
    elif mark == "=":
        read_setting(session, *(rest.split(" ", 1) + [""])[:2])
    elif mark == ">":
        session.sent.append(unescape(rest) + b"\r\n")
    elif mark == "|":
        session.sent.append(unescape(rest))
    elif mark == "<":
        session.reply.append(unescape(rest) + b"\n")
    elif mark == "?" and SEEN.fullmatch(rest):
        session.seen.append(rest)
    elif mark == "*":
        value, _, reply = rest.partition(" -> ")
        session.variants.append(Variant(value.strip(), reply.strip()))
    else:
        raise SessionError("a line of no known form")


def session_read(path):
    session = Session(path)
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), 1):
        if not line:
            continue
        if len(line) > 1 and line[1] != " ":
            raise SessionError(f"{path}:{number}: a blank must follow the mark")
        try:
            read_line(session, line[0], line[2:])
        except (SessionError, ValueError) as error:
            raise SessionError(f"{path}:{number}: {error}") from error
    if not (session.promise and session.sent and session.seen):
        raise SessionError(f"{path}: lacks a promise, bytes to send or what the camera has seen")
    session.variants = session.variants or [Variant()]
    return session
