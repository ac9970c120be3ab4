# SPDX-License-Identifier: Apache-2.0
"""What is refused before a program starts, byte by byte. In each of these no program has run."""

import pytest
from http_server import body, head, request, status

HOST = "Host: camera"


@pytest.fixture
def quiet_server(server):
    """Its programs leave a mark when they run."""
    for name in ("update", "system", "nothing"):
        server.add_program(name, 'echo ran >>"$D/ran"; cat >/dev/null; printf "Content-type: a\\n\\n"')
    (server.folder / "programs" / "nothing").chmod(0o644)
    yield server
    assert server.read("ran") == ""


def lines(*fields):
    return "\r\n".join((*fields, "", "")).encode("latin-1")


POST = ("POST /cgi-bin/update HTTP/1.1", HOST)
GET = ("GET /cgi-bin/update HTTP/1.1", HOST)

REFUSED = {
    404: [
        lines(f"GET {target} HTTP/1.1", HOST) for target in (
            "//cgi-bin//update", "/cgi-bin/cmd/update", "/cgi-bin%2fupdate", "/cgi-bin/update%00",
            "/cgi-bin/%75pdate", "/cgi-bin/..%2fupdate", "/cgi-bin/../update", "/cgi-bin/",
            "/cgi-bin/unknown", "/cgi-bin/nothing", "/CGI-BIN/update", "/cgi-bin/UPDATE",
            "/cgi-bin/update/", "/cgi-bin/update/more", "/cgi-bin/.update", "/cgi-bin/update;a",
            "/cgi-bin/update&USER=admin&PWD=123456&ISP_IMAGE")],
    405: [lines(f"{method} /cgi-bin/update HTTP/1.1", HOST)
          for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "X")]
         + [lines("POST /index.html HTTP/1.1", HOST, "Content-Length: 0")],
    400: [
        lines(*GET, HOST),
        lines(*GET, "host: another"),
        lines("GET /cgi-bin/update HTTP/1.1"),
        lines(*GET, "Referer: a", "Referer: a"),
        lines(*GET, "Origin: a", "Origin: b"),
        lines(*GET, "Authorization: a", "Authorization: b"),
        lines(*POST, "Content-Length: 3", "Content-Length: 3") + b"abc",
        lines(*POST, "Content-Length: 3", "Content-Length: 4") + b"abc",
        lines(*POST, "Content-Length: 3", "Content-Type: a", "Content-Type: b") + b"abc",
        lines(*POST, "Content-Length : 3") + b"abc",
        lines(*POST, "Content-Length:3 3") + b"abc",
        lines(*POST, "Content-Length: +3") + b"abc",
        lines(*POST, "Content-Length: -3") + b"abc",
        lines(*POST, "Content-Length: 0x3") + b"abc",
        lines(*POST, "Content-Length: 3,3") + b"abc",
        lines(*POST, "Content-Length: three") + b"abc",
        lines(*GET, "Content-Length: 3") + b"abc",
        lines(*GET, "no colon"),
        lines(*GET, "A: a\rb"),
        lines(*GET, "A\x01: a"),
        lines(*GET, "A b: a"),
        lines("GET /cgi-bin/update?a b HTTP/1.1", HOST),
        lines("GET /cgi-bin/update?\x80 HTTP/1.1", HOST),
        lines("GET /cgi-bin/update#a HTTP/1.1", HOST),
        lines("GET cgi-bin/update HTTP/1.1", HOST),
        lines("GET http://other/cgi-bin/update HTTP/1.1", HOST),
        lines("GET https://camera/cgi-bin/update HTTP/1.1", HOST),
        lines("GET /cgi-bin/update"),
        lines("GET /cgi-bin/update HTTP/1"),
        lines("GET /cgi-bin/update HTTPS/1.1", HOST),
    ],
    411: [
        lines(*POST),
        lines(*POST, "Transfer-Encoding: chunked") + b"3\r\nabc\r\n0\r\n\r\n",
        lines(*POST, "Transfer-Encoding: chunked", "Content-Length: 3") + b"3\r\nabc\r\n0\r\n\r\n",
        lines(*POST, "Content-Length: 3", "transfer-encoding: gzip") + b"abc",
    ],
    413: [
        lines(*POST, "Content-Length: 67108865"),
        lines(*POST, "Content-Length: 2147483648"),
        lines(*POST, "Content-Length: 9223372036854775807"),
        lines(*POST, "Content-Length: 18446744073709551617"),
    ],
    431: [
        lines(*GET, *(f"A{i}: a" for i in range(100))),
        lines(*GET, "A: " + "a" * 16384),
        lines(*GET, "A: " + "a" * 100000),
        lines(f"GET /cgi-bin/update?{'a' * 1025} HTTP/1.1", HOST),
        lines(f"GET /{'a' * 3000} HTTP/1.1", HOST),
    ],
    505: [
        lines("GET /cgi-bin/update HTTP/2.0", HOST),
        lines("GET /cgi-bin/update HTTP/0.9", HOST),
    ],
}
# These are refused by libmicrohttpd itself, in words and a version of its own.
BY_THE_LIBRARY = ("Content-Length:3 3", "Content-Length: +3", "Content-Length: -3",
                  "Content-Length: 0x3", "Content-Length: 3,3", "Content-Length: three",
                  "Content-Length: 9223372036854775808", "Content-Length: 18446744073709551617",
                  "no colon", "A: " + "a" * 100000, "HTTP/1\r", "HTTPS/", "HTTP/2.0", "HTTP/0.9")


def is_librarys(sent):
    text = sent.decode("latin-1")
    return any(sign in text for sign in BY_THE_LIBRARY) or "HTTP" not in text


@pytest.mark.parametrize("wanted, sent", [(code, sent) for code in REFUSED for sent in REFUSED[code]],
                         ids=lambda value: str(value)[:70])
def test_refused(quiet_server, wanted, sent):
    raw = quiet_server.exchange(sent)
    assert status(raw) == wanted, raw
    if not is_librarys(sent):
        assert head(raw)[0].startswith(f"HTTP/1.0 {wanted} ")
        assert head(raw)[1] == "Content-type: text/plain"
        assert body(raw).startswith(b"ERROR: request: ") and body(raw).endswith(b"\n")
        assert f"Content-Length: {len(body(raw))}" in head(raw)
        assert "Connection: close" in head(raw)
        assert ("Allow: GET, HEAD, POST" in head(raw)) == (wanted == 405)
    assert status(quiet_server.get("/cgi-bin/none")) == 404


@pytest.mark.parametrize("sent", [
    lines(*GET, *(f"A{i}: a" for i in range(99))),
    lines(f"GET /cgi-bin/ok?{'a' * 1024} HTTP/1.1", HOST),
    lines("GET http://camera/cgi-bin/ok HTTP/1.1", HOST),
    lines("GET HTTP://CAMERA/cgi-bin/ok HTTP/1.1", HOST),
    lines("GET /cgi-bin/ok HTTP/1.0"),
    lines("GET /cgi-bin/ok HTTP/1.1", "Host:"),
    lines("GET /cgi-bin/ok?%2f%00%zz HTTP/1.1", HOST),
], ids=lambda value: str(value)[:70])
def test_at_its_limit_it_is_still_taken(server, sent):
    assert status(server.exchange(sent)) == 200


def test_a_head_of_16_kib_is_taken_and_one_byte_more_is_not(server):
    def sized(size):
        short = request("GET", "/cgi-bin/ok", "A: ")
        return request("GET", "/cgi-bin/ok", "A: " + "a" * (size - len(short)))

    assert len(sized(16384)) == 16384
    assert status(server.exchange(sized(16384))) == 200
    assert status(server.exchange(sized(16385))) == 431


def test_a_head_without_body_in_the_reply_to_head(quiet_server):
    raw = quiet_server.get("/cgi-bin/none", method="HEAD")
    assert status(raw) == 404 and body(raw) == b""


def test_what_the_library_passes_over_reaches_the_program_as_one_reading(server):
    """Lines ended by LF alone, folded fields, empty lines before the request: see the table in
    docs/ispupd.md. Whatever the program uses, it checks itself."""
    raw = server.exchange(b"\r\nGET /cgi-bin/environment?a HTTP/1.1\nHost: camera\nA: b\r\n c\r\n\r\n")
    told = body(raw).decode().splitlines()
    assert status(raw) == 200
    assert "QUERY_STRING=a" in told and "HTTP_HOST=camera" in told


def test_a_refused_upload_gets_its_reply_although_it_is_still_being_sent(make_server):
    with make_server(body_limit="1M") as server:
        for _ in range(5):
            raw = server.post("update", bytes(20_000_000))
            assert status(raw) == 413


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_large_body_that_belongs_to_no_upload_costs_nobody_the_refusal(quiet_server, method):
    size = 20_000_000
    raw = quiet_server.exchange(
        request(method, "/cgi-bin/update?X", f"Content-Length: {size}") + bytes(size))
    assert status(raw) == 400
