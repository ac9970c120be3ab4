# SPDX-License-Identifier: Apache-2.0
"""Faults of the DDI server: each changes one answer, or the connection. `server.fail(fault, ...)`
says which requests it is for."""

import json
import re
import time
from dataclasses import dataclass, field

DEEP = 100_000


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    fields: dict = field(default_factory=dict)
    declared: int | None = None  # a Content-Length that is not the body's
    cut: int | None = None  # the connection is reset after so many bytes of the body
    wait: float = 0  # seconds before the answer
    is_mute: bool = False  # the connection is reset without an answer

    def json(self):
        return json.loads(self.body)

    def put_json(self, document):
        self.body = json.dumps(document).encode()


class Fault:
    """`instead` runs before the request has an effect: what it returns is the answer. `then` changes
    the answer of a request that had its effect."""

    def instead(self, request):
        return None

    def then(self, request, answer):
        return answer


class Refuse(Fault):
    """An error instead of the request: 429, 500, 503, 409, 404, 410, 401."""

    def __init__(self, status, retry_after=None, body=b"", kind="application/json"):
        fields = {"Content-Type": kind} if body else {}
        if retry_after is not None:
            fields["Retry-After"] = str(retry_after)
        self.answer = Answer(status, body, fields)

    def instead(self, request):
        return self.answer


class Reset(Fault):
    """The connection is reset. With `done` the request had its effect: only the answer is lost."""

    def __init__(self, done=False):
        self.done = done

    def instead(self, request):
        return None if self.done else Answer(is_mute=True)

    def then(self, request, answer):
        answer.is_mute = True
        return answer


class Cut(Fault):
    """The connection is reset after `size` bytes of the answer's body."""

    def __init__(self, size):
        self.size = size

    def then(self, request, answer):
        answer.cut = self.size
        return answer


class Wait(Fault):
    """The answer comes after so many seconds."""

    def __init__(self, seconds):
        self.seconds = seconds

    def then(self, request, answer):
        answer.wait = self.seconds
        return answer


class Hold(Fault):
    """The answer waits until `event` is set."""

    def __init__(self, event):
        self.event = event

    def then(self, request, answer):
        self.event.wait(60)
        return answer


class Length(Fault):
    """Content-Length is wrong by `by` bytes; then the connection is closed."""

    def __init__(self, by):
        self.by = by

    def then(self, request, answer):
        answer.declared = max(0, len(answer.body) + self.by)
        return answer


class Body(Fault):
    """Another body, of the same status: hostile JSON, or altered bytes."""

    def __init__(self, body):
        self.body = body

    def then(self, request, answer):
        answer.body = self.body
        return answer


class Flip(Fault):
    """One byte of the body is another one."""

    def __init__(self, at=0):
        self.at = at

    def then(self, request, answer):
        body = bytearray(answer.body)
        body[self.at] ^= 1
        answer.body = bytes(body)
        return answer


class Change(Fault):
    """`change(document)` edits the JSON document of the answer, or returns another one."""

    def __init__(self, change):
        self.change = change

    def then(self, request, answer):
        document = answer.json()
        other = self.change(document)
        answer.put_json(document if other is None else other)
        return answer


class Redirect(Fault):
    """A redirect to `url`."""

    def __init__(self, url, status=302):
        self.url, self.status = url, status

    def instead(self, request):
        return Answer(self.status, fields={"Location": self.url})


class WithoutRange(Fault):
    """The whole artifact with 200, although a part was asked for."""

    def then(self, request, answer):
        if answer.status == 206:
            answer.status, answer.body = 200, request.whole
            answer.fields.pop("Content-Range", None)
        return answer


class Part(Fault):
    """206 with bytes from another place than what was asked for: from `at`."""

    def __init__(self, at, whole_too=True):
        self.at, self.whole_too = at, whole_too

    def then(self, request, answer):
        if answer.status == 206 or (self.whole_too and answer.status == 200):
            size = len(request.whole or answer.body)
            answer.status = 206
            answer.fields["Content-Range"] = f"bytes {self.at}-{size - 1}/{size}"
        return answer


class Rule:
    """Which requests a fault is for, and how often."""

    def __init__(self, fault, path, method, times):
        self.fault, self.path, self.method, self.left = fault, re.compile(path), method, times

    def takes(self, request):
        if self.left == 0 or not self.path.search(request.path):
            return False
        if self.method and self.method != request.method:
            return False
        self.left -= self.left > 0
        return True


def hostile_documents(good):
    """Names and bodies: what a hostile or broken server may send instead of the text `good`."""
    head, brace, rest = good.partition(b"{")
    return {
        "empty": b"",
        "no JSON": b"<html>Bad Gateway</html>",
        "an array": b"[]",
        "null": b"null",
        "a number": b"17",
        "cut in the middle": good[:len(good) // 2],
        "bytes after the end": good + b"}",
        "a key twice": head + brace + b'"config":{},"id":"1","id":"2",' + rest,
        "deep": b'{"config":' + b"[" * DEEP + b"]" * DEEP + b"}",
        "not UTF-8": head + brace + b'"x":"\xff\xfe",' + rest,
        "a NUL in a text": head + brace + b'"x":"\\u0000",' + rest,
        "half a surrogate": head + brace + b'"x":"\\ud800",' + rest,
        "a huge number": head + brace + b'"x":' + b"9" * 400 + b"," + rest,
        "huge": head + brace + b'"x":"' + b"a" * (32 << 20) + b'",' + rest,
    }
