# SPDX-License-Identifier: Apache-2.0
"""What is refused before a program starts, byte by byte. No program runs in any of these tests."""

import pytest
from http_server import body, head, read_all, request, status

HOST = "Host: camera"


@pytest.fixture
def quiet_server(server):
    """Its programs write a file when they run."""
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
            "//cgi-bin//update", "/cgi-bin/cmd/update", "/cgi-bin%2fupdate",
            "/cgi-bin/%75pdate", "/cgi-bin/..%2fupdate", "/cgi-bin/../update", "/cgi-bin/",
            "/cgi-bin/unknown", "/cgi-bin/nothing", "/CGI-BIN/update", "/cgi-bin/UPDATE",
            "/cgi-bin/update/", "/cgi-bin/update/more", "/cgi-bin/.update", "/cgi-bin/update;a",
            "/cgi-bin/update&USER=admin&PWD=123456&ISP_IMAGE")],
    405: [lines(f"{method} /cgi-bin/update HTTP/1.1", HOST)
          for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "X")]
         + [lines("POST /index.html HTTP/1.1", HOST, "Content-Length: 0")],
    400: [
        lines(*GET, "Referer: a", "Referer: a"),
        lines(*GET, "Origin: a", "Origin: b"),
        lines(*GET, "Authorization: a", "Authorization: b"),
        lines(*POST, "Content-Length: 3", "Content-Type: a", "Content-Type: b") + b"abc",
        lines(*POST, "Content-Length: 9223372036854775808"),
        lines(*GET, "Content-Length: 3") + b"abc",
        lines(*GET, "A: \x7f"),
        lines("GET /cgi-bin/update?\x80 HTTP/1.1", HOST),
        lines("GET /cgi-bin/update#a HTTP/1.1", HOST),
        lines("GET cgi-bin/update HTTP/1.1", HOST),
        lines("GET http://other/cgi-bin/update HTTP/1.1", HOST),
        lines("GET https://camera/cgi-bin/update HTTP/1.1", HOST),
    ],
    411: [
        lines(*POST, "Transfer-Encoding: chunked") + b"3\r\nabc\r\n0\r\n\r\n",
        lines(*POST, "Transfer-Encoding: Chunked") + b"3\r\nabc\r\n0\r\n\r\n",
    ],
    413: [
        lines(*POST, "Content-Length: 67108865"),
        lines(*POST, "Content-Length: 2147483648"),
        lines(*POST, "Content-Length: 9223372036854775807"),
    ],
    431: [
        lines(*GET, *(f"A{i}: a" for i in range(100))),
        lines(*GET, "A: " + "a" * 16384),
        lines(f"GET /cgi-bin/update?{'a' * 1025} HTTP/1.1", HOST),
        lines(f"GET /{'a' * 3000} HTTP/1.1", HOST),
    ],
}
# libmicrohttpd, from some version on, refuses these with the same status and a page of its own.
REFUSED_BY_EITHER = {
    400: [
        b"GET /cgi-bin/update HTTP/1.1\nHost: camera\n\n",
        b"GET /cgi-bin/update HTTP/1.1\r\nHost: camera\n\r\n",
        b"GET /cgi-bin/update HTTP/1.1\r\nHost: camera\r\n\n",
        # One byte less and one byte more: their sum is right.
        b"GET /cgi-bin/update HTTP/1.1\r\nHost: camera\r\nA: b\nC: d\0\r\n\r\n",
        lines(*GET, "A: b", " c"),
        lines(*GET, "A: b", "\tc: d"),
        lines(*GET, "X-ISP-Request: 1", " Origin: http://camera"),
        lines(GET[0], " A: b", HOST),
        lines(*GET, " A: b"),
        lines(*GET, ": x"),
        lines(GET[0], ": x", HOST),
        lines(*POST, "Content-Length: 4", ": x", "B: d") + b"body",
        lines(*GET, "A: b\0c"),
        lines(*GET, "A\0: b"),
        lines(*GET, "A: b\rB: c"),
        lines(*GET, "A: b\r"),
        lines(*GET, "A : b"),
        lines(*GET, "A b: a"),
        lines(*GET, "no colon"),
        lines("GET /cgi-bin/update?a b HTTP/1.1", HOST),
        lines("GET /cgi-bin/update?a\rb HTTP/1.1", HOST),
        lines("GET  /cgi-bin/update HTTP/1.1", HOST),
        lines("GET /cgi-bin/update  HTTP/1.1", HOST),
        lines("GET /cgi-bin/update HTTP/1.1"),
        lines("GET /cgi-bin/update"),
        lines("GET /cgi-bin/update HTTP/1"),
        lines("GET /cgi-bin/update HTTPS/1.1", HOST),
        lines(*POST, "Content-Length : 3") + b"abc",
        *(lines(*POST, f"Content-Length: {text}") + b"abc"
          for text in ("3 3", "+3", "-3", "0x3", "3,3", "three", "")),
        lines(*POST, "Transfer-Encoding: chunked", "Content-Length: 3") + b"3\r\nabc\r\n0\r\n\r\n",
        lines(*GET, HOST),
        lines(*GET, "host: another"),
        lines(*POST, "Content-Length: 3", "Content-Length: 3") + b"abc",
        lines(*POST, "Content-Length: 3", "Content-Length: 4") + b"abc",
        lines(*POST, "Transfer-Encoding: chunked", "Transfer-Encoding: gzip") + b"0\r\n\r\n",
        lines(*POST, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
        lines(*GET, "A\x01: a"),
        lines(*GET, "A\x80: a"),
        lines(*GET, "A;b: a"),
    ],
    431: [lines(*GET, "A: " + "a" * 100000)],
    505: [
        lines("GET /cgi-bin/update HTTP/2.0", HOST),
        lines("GET /cgi-bin/update HTTP/0.9", HOST),
    ],
}
# Newer versions also have another status for these: ours, then theirs.
REFUSED_WITH_A_STATUS_OF_EITHER = {
    (404, 400): [lines("GET /cgi-bin/update%00 HTTP/1.1", HOST)],
    (400, 501): [
        lines(*POST, "Content-Length: 3", "transfer-encoding: gzip") + b"abc",
        lines(*POST, "Transfer-Encoding: gzip, chunked") + b"3\r\nabc\r\n0\r\n\r\n",
        lines(*POST, "Transfer-Encoding:") + b"abc",
    ],
    (413, 400): [
        lines(*POST, "Content-Length: 18446744073709551617"),
        lines(*POST, "Content-Length: 99999999999999999999999999"),
    ],
}
# libmicrohttpd 0.9.75 answers these with 400; 1.0 closes the connection.
REFUSED_OR_CLOSED = [
    lines("GET /cgi-bin/update?a\0b HTTP/1.1", HOST),
    lines("GET /cgi-bin/update?a\x0bb HTTP/1.1", HOST),
    lines("GET /cgi-bin/update HTTP/1.1\0", HOST),
    lines("GET\t/cgi-bin/update HTTP/1.1", HOST),
    lines("GET\0 /cgi-bin/update HTTP/1.1", HOST),
    lines("/cgi-bin/update HTTP/1.1", HOST),
]


def rows(table):
    return [(code, sent) for code in table for sent in table[code]]


def assert_own_refusal(raw, wanted):
    assert status(raw) == wanted, raw
    assert head(raw)[0].startswith(f"HTTP/1.0 {wanted} ")
    assert head(raw)[1] == "Content-type: text/plain"
    assert body(raw).startswith(b"ERROR: request: ") and body(raw).endswith(b"\n")
    assert f"Content-Length: {len(body(raw))}" in head(raw)
    assert "Connection: close" in head(raw)
    assert ("Allow: GET, HEAD, POST" in head(raw)) == (wanted == 405)


def is_page_of_library(raw):
    return raw.startswith(b"HTTP/1.1 ") and b"<html>" in body(raw)


def assert_refused_by_either(raw, ours, theirs):
    if is_page_of_library(raw):
        assert status(raw) in (ours, theirs), raw
    else:
        assert_own_refusal(raw, ours)


def short(value):
    return str(value)[:70]


@pytest.mark.parametrize("wanted, sent", rows(REFUSED), ids=short)
def test_refused(quiet_server, wanted, sent):
    assert_own_refusal(quiet_server.exchange(sent), wanted)
    assert status(quiet_server.get("/cgi-bin/none")) == 404


@pytest.mark.parametrize("wanted, sent", rows(REFUSED_BY_EITHER), ids=short)
def test_refused_with_one_status_over_each_libmicrohttpd(quiet_server, wanted, sent):
    assert_refused_by_either(quiet_server.exchange(sent), wanted, wanted)
    assert status(quiet_server.get("/cgi-bin/none")) == 404


@pytest.mark.parametrize("statuses, sent", rows(REFUSED_WITH_A_STATUS_OF_EITHER), ids=short)
def test_refused_with_a_status_of_ispupd_or_of_libmicrohttpd(quiet_server, statuses, sent):
    assert_refused_by_either(quiet_server.exchange(sent), *statuses)
    assert status(quiet_server.get("/cgi-bin/none")) == 404


@pytest.mark.parametrize("sent", REFUSED_OR_CLOSED, ids=short)
def test_a_request_line_that_is_none_is_refused_or_closed(quiet_server, sent):
    raw = quiet_server.exchange(sent)
    assert raw == b"" or status(raw) == 400, raw
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


def test_blanks_around_a_value_are_no_part_of_it(server):
    raw = server.exchange(b"\r\nGET /cgi-bin/environment?a HTTP/1.1\r\nHost:camera\r\n"
                          b"A:  b c \t\r\nB:\t\r\n\r\n")
    told = body(raw).decode().splitlines()
    assert status(raw) == 200
    assert {"QUERY_STRING=a", "HTTP_HOST=camera", "HTTP_A=b c", "HTTP_B="} <= set(told)


def test_a_head_that_arrives_byte_by_byte_is_taken(server):
    sent = lines("GET /cgi-bin/ok?a=%41&b HTTP/1.1", HOST, "A:", "B: " + "b" * 2000, "Cookie: a=b; c")
    with server.connect() as connection:
        for i in range(len(sent)):
            connection.sendall(sent[i:i + 1])
        assert status(read_all(connection)) == 200


def test_a_refused_upload_gets_its_reply_although_it_is_still_being_sent(make_server):
    with make_server(body_limit="1M") as server:
        for _ in range(5):
            raw = server.post("update", bytes(20_000_000))
            assert status(raw) == 413


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_large_body_that_belongs_to_no_upload_loses_no_refusal(quiet_server, method):
    size = 20_000_000
    raw = quiet_server.exchange(
        request(method, "/cgi-bin/update?X", f"Content-Length: {size}") + bytes(size))
    assert status(raw) == 400
